import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadSample } from '../../apps/server/src/load-sample.js';
import { misfits, OpenApi } from '../support/openapi.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development } from './development.js';

const story = '/v1/timelines/us-venezuela-2025';

describe('the OpenAPI document', () => {
  let server: TestServer;
  let document: any;
  let openApi: OpenApi;

  beforeAll(async () => {
    server = await startTestServer();
    await loadSample(server.app);
    openApi = await OpenApi.read(server.http);
    document = openApi.document;
  });
  afterAll(() => server.close());

  function expectToFit(validate: ReturnType<OpenApi['answer']>, body: unknown): void {
    expect(misfits(validate, body)).toEqual([]);
  }

  it('has every route of the running service, and no other', () => {
    const told = openApi
      .operations()
      .map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
    const running = server.routes
      .list()
      .map((route) => route.replace(/\*$/, ':path'))
      .filter((route) => !route.startsWith('HEAD ') && route !== 'GET /');
    expect(told.sort()).toEqual(running);
  });

  it('is OpenAPI 3.1 whose references all lead somewhere', () => {
    expect(document.openapi).toBe('3.1.0');
    const ids = openApi.operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path!,
    );
    for (const path of new Set(references)) {
      expect(path.split('/').reduce((at: any, step) => at?.[step], document)).toEqual(expect.any(Object));
    }
    for (const name of Object.keys(document.components.schemas)) {
      expect(() => openApi.component(name)).not.toThrow();
      expect(JSON.stringify(references)).toContain(`/${name}"`);
    }
    for (const { path, operation } of openApi.operations()) {
      const inPath = operation.parameters
        .filter((each: any) => each.in === 'path')
        .map((each: any) => each.name);
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      for (const response of Object.values<any>(operation.responses))
        expect(response.description).toBeTruthy();
    }
  });

  it('tells of every operation what any request may be refused with', () => {
    for (const { method, path, operation } of openApi.operations()) {
      const refused = Object.keys(operation.responses);
      expect({ method, path, refused }).toEqual({
        ...{ method, path },
        refused: expect.arrayContaining(['400', '408', '417', '429', '431', '500', '503']),
      });
    }
  });

  it.each([
    ['/v1/timelines', '/v1/timelines'],
    ['/v1/timelines/{timeline}', story],
    ['/v1/timelines/{timeline}/developments', `${story}/developments?limit=1000`],
    ['/v1/timelines/{timeline}/developments', `${story}/developments?limit=3&order=desc`],
    ['/v1/timelines/{timeline}/developments/{id}', `${story}/developments/VE-032`],
    ['/v1/timelines/{timeline}/developments/{id}', `${story}/developments/VE-033`],
    ['/v1/timelines/{timeline}/developments/{id}', `${story}/developments/VE-A-us-government`],
    ['/v1/timelines/{timeline}/situation', `${story}/situation?asOf=2025-08-30T12:00:00Z`],
    ['/v1/timelines/{timeline}/situation', `${story}/situation?asOf=2025-08-14&includeClosed=true`],
    ['/v1/timelines/{timeline}/situation', `${story}/situation?knownAt=1900-01-01T00:00:00Z`],
    [
      '/v1/timelines/{timeline}/diff',
      `${story}/diff?fromAsOf=2025-08-20&toAsOf=2025-09-10&fromKnownAt=20&limit=1000`,
    ],
    ['/v1/timelines/{timeline}/matters/{matter}', `${story}/matters/us-deployment-purpose`],
    ['/v1/timelines/{timeline}/matters/{matter}', `${story}/matters/us-threat-to-invade?limit=1`],
    [
      '/v1/timelines/{timeline}/matters/{matter}',
      `${story}/matters/us-deployment-purpose?asOf=2025-08-30T12:00:00Z&knownAt=30&proof=true`,
    ],
    ['/v1/timelines/{timeline}/matters/{matter}/history', `${story}/matters/us-deployment-purpose/history`],
    [
      '/v1/timelines/{timeline}/matters/{matter}/history',
      `${story}/matters/us-deployment-purpose/history?axis=known`,
    ],
    ['/v1/timelines/{timeline}/developments/{id}', `${story}/developments/VE-032?proof=true`],
    ['/v1/timelines/{timeline}/log/proof', `${story}/log/proof?position=7`],
    ['/v1/timelines/{timeline}/log/consistency', `${story}/log/consistency?from=3&to=40`],
    ['/health/live', '/health/live'],
    ['/health/ready', '/health/ready'],
    ['/openapi.json', '/openapi.json'],
  ])('GET %s tells the truth of %s', async (path, address) => {
    const { body } = await server.http.get(address).expect(200);
    expectToFit(openApi.answer('get', path, 200, 'application/json'), body);
  });

  it('tells the truth of the impact of a correction', async () => {
    const attribution = { by: 'our-desk', record: 'on-record' };
    const correction = {
      id: 'openapi-fix',
      type: 'record.corrected',
      target: 'VE-001',
      reason: 'A slip',
      attribution,
    };
    const replacement = { title: 'Another title', occurred: '2025-08-28' };
    await server.http
      .post(`${story}/developments`)
      .send({ ...correction, replacement })
      .expect(201);
    const { body } = await server.http.get(`${story}/developments/openapi-fix/impact`).expect(200);
    expect(body.stretches.length).toBeGreaterThan(0);
    const path = '/v1/timelines/{timeline}/developments/{id}/impact';
    expectToFit(openApi.answer('get', path, 200, 'application/json'), body);
  });

  it('tells the truth of receipts, and of a timeline that is made', async () => {
    const path = '/v1/timelines/{timeline}/developments';
    const one = development({ id: 'openapi', matter: 'openapi' });
    const schema = (status: number) => openApi.answer('post', path, status, 'application/json');
    expectToFit(schema(201), (await server.http.post(`${story}/developments`).send(one).expect(201)).body);
    expectToFit(schema(200), (await server.http.post(`${story}/developments`).send([one]).expect(200)).body);
    const streamed = server.http.post(`${story}/developments`).set('content-type', 'application/x-ndjson');
    const { text } = await streamed
      .serialize((raw) => raw as never)
      .buffer()
      .send(`${JSON.stringify(one)}\n7`);
    const line = openApi.answer('post', path, 200, 'application/x-ndjson');
    for (const each of text.trim().split('\n')) expectToFit(line, JSON.parse(each));
    expect(text.match(/\n/g)).toHaveLength(2);
    const body = { slug: 'openapi', title: 'x', timezone: 'UTC', visibility: 'private' };
    const made = await server.http.post('/v1/timelines').send(body).expect(201);
    expectToFit(openApi.answer('post', '/v1/timelines', 201, 'application/json'), made.body);
  });

  it('accepts the sample as what may be sent, and refuses what the service refuses', async () => {
    const input = openApi.component('DevelopmentInput')!;
    expectToFit(input, development());
    expect(input({ ...development(), colour: 'red' })).toBe(false);
    expect(input({ ...development(), matter: 'US' })).toBe(false);
  });

  it.each([
    ['get', '/v1/timelines/{timeline}', '/v1/timelines/nobody', 404],
    ['get', '/v1/timelines/{timeline}/situation', `${story}/situation?knownAt=999999`, 400],
    ['get', '/v1/timelines/{timeline}/situation', `${story}/situation?atLeast=999999`, 503],
    ['get', '/v1/timelines/{timeline}/developments/{id}', `${story}/developments/a%20b`, 404],
    ['get', '/v1/timelines/{timeline}/matters/{matter}', `${story}/matters/nothing`, 404],
    ['get', '/v1/timelines/{timeline}/log/proof', `${story}/log/proof`, 400],
    ['get', '/v1/timelines/{timeline}/log/tile/{path}', `${story}/log/tile/7/000`, 404],
    ['post', '/v1/timelines/{timeline}/developments', `${story}/developments`, 400, { colour: 'red' }],
    [
      'post',
      '/v1/timelines/{timeline}/developments',
      `${story}/developments`,
      409,
      development({ id: 'VE-001' }),
    ],
    ['post', '/v1/timelines/{timeline}/developments', `${story}/developments`, 412, development(), '"7"'],
    [
      'post',
      '/v1/timelines/{timeline}/developments',
      `${story}/developments`,
      422,
      development({ type: 'no.such' }),
    ],
    [
      'post',
      '/v1/timelines',
      '/v1/timelines',
      409,
      { slug: 'us-venezuela-2025', title: 'x', timezone: 'UTC', visibility: 'public' },
    ],
  ])(
    'tells the truth of a problem: %s %s, %s → %s',
    async (...[method, path, address, status, body, ifMatch]) => {
      let sent = method === 'get' ? server.http.get(address) : server.http.post(address).send(body as object);
      if (ifMatch !== undefined) sent = sent.set('if-match', ifMatch as string);
      const answer = await sent.expect(status);
      expectToFit(openApi.answer(method, path, status, 'application/problem+json'), answer.body);
      expect(document.paths[path][method].responses[status].description).toContain(`\`${answer.body.code}\``);
    },
  );
});
