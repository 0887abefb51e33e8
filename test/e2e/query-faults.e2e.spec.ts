import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { misfits, OpenApi } from '../support/openapi.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { timeline } from './development.js';

const story = '/v1/timelines/story';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.http.post('/v1/timelines').send(timeline).expect(201);
});
afterAll(() => server.close());

const refused = async (path: string) => (await server.http.get(`${story}${path}`).expect(400)).body;

it('tells all that is wrong with the form of a query at once', async () => {
  const body = await refused(
    '/situation?foo=1&actor=US&place=a&kind=reward&place=b&panel=a%00&includeClosed=1',
  );
  expect(body).toMatchObject({ code: 'invalid-parameter', parameter: 'foo' });
  expect(body.detail).toBe('There are 5 faults; `errors` tells each.');
  expect(body.errors).toEqual([
    { pointer: '?foo', detail: expect.stringMatching(/^is not a parameter here; the nearest is `/) },
    { pointer: '?place', detail: 'is given more than once; give it once' },
    { pointer: '?panel', detail: 'has a control character in it; leave that out' },
    { pointer: '?actor', detail: expect.stringMatching(/^must be a slug/) },
    { pointer: '?includeClosed', detail: 'must be one of true, false' },
  ]);
  const validate = (await OpenApi.read(server.http)).component('Problem');
  expect(misfits(validate, body)).toEqual([]);
});

it.each([
  ['/situation?asOf=x', 'asOf'],
  ['/situation?foo=1', 'foo'],
  ['/developments?kind=zz', 'kind'],
  ['/developments?q=%FF', 'q'],
])('tells of one fault the same as of several: %s', async (path, parameter) => {
  const { detail, errors, ...body } = await refused(path);
  expect(body).toMatchObject({ code: 'invalid-parameter', parameter });
  expect(errors).toEqual([{ pointer: `?${parameter}`, detail: expect.any(String) }]);
  expect(detail).toBe(`${parameter}: ${errors[0].detail}`);
});

it('does not tell of more than twenty, however many there are', async () => {
  const { errors } = await refused(`?${Array.from({ length: 2_000 }, (_, i) => `x${i}=1`).join('&')}`);
  expect(errors).toHaveLength(20);
});

it('tells of a cursor that is none, also beside other faults', async () => {
  const alone = await refused('/developments?after=x');
  expect(alone).toMatchObject({
    code: 'invalid-cursor',
    errors: [{ pointer: '?after', detail: alone.detail }],
  });
  const both = await refused('/developments?after=x&limit=0');
  expect(both).toMatchObject({ code: 'invalid-parameter', parameter: 'limit' });
  expect(both.errors).toEqual([
    { pointer: '?limit', detail: 'must be a whole number from 1 to 1000' },
    { pointer: '?after', detail: 'x is not a cursor that this list gave out' },
  ]);
});
