import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rawRequest } from '../support/raw-request.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

const path = '/v1/timelines/story/developments';
const text = JSON.stringify(development());
/** The development with one field written as these very bytes. */
const withField = (field: string) => text.replace('{', `{${field},`);
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as never)));

describe('the body gate', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
    await server.http.post('/v1/timelines').send(timeline).expect(201);
  });
  afterAll(() => server.close());

  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    server.http
      .post(path)
      .set({ 'content-type': 'application/json', ...headers })
      .serialize((raw: unknown) => raw as string)
      .send(body);

  const refused: [what: string, body: string | Buffer, status: number, code: string, pointer?: string][] = [
    ['nothing', '', 400, 'malformed-json', ''],
    ['white space alone', '  \n', 400, 'malformed-json', ''],
    ['half an object', '{"type":', 400, 'malformed-json'],
    ['two texts', `${text}${text}`, 400, 'malformed-json'],
    ['a trailing comma', '{"type":"a.b",}', 400, 'malformed-json'],
    ['a comment', `/* hm */${text}`, 400, 'malformed-json'],
    ['single quotes', "{'type':'a.b'}", 400, 'malformed-json'],
    ['NaN', withField('"low":NaN'), 400, 'malformed-json'],
    ['a byte order mark', `\ufeff${text}`, 400, 'malformed-json'],
    ['bytes that are no UTF-8', bytes('{"title":"', [0xff, 0xfe], '"}'), 400, 'malformed-json'],
    ['a cut-off UTF-8 sequence', bytes('{"title":"', [0xe2, 0x82], '"}'), 400, 'malformed-json'],
    ['an overlong UTF-8 sequence', bytes('{"title":"', [0xc0, 0x80], '"}'), 400, 'malformed-json'],
    ['a surrogate in UTF-8', bytes('{"title":"', [0xed, 0xa0, 0x80], '"}'), 400, 'malformed-json'],
    ['UTF-16', Buffer.from(text, 'utf16le'), 400, 'malformed-json'],
    ['a raw NUL', '{"title":"a\u0000b"}', 400, 'malformed-json'],
    ['an escaped NUL', '{"title":"a\\u0000b"}', 400, 'malformed-json', '/title'],
    ['an escaped NUL in a key', '{"a\\u0000b":1}', 400, 'malformed-json'],
    ['a lone high surrogate', '{"title":"\\ud800"}', 400, 'malformed-json', '/title'],
    ['a lone low surrogate', '{"title":"\\udc00x"}', 400, 'malformed-json', '/title'],
    ['surrogates the wrong way round', '{"title":"\\udc00\\ud800"}', 400, 'malformed-json', '/title'],
    ['a lone surrogate in a key', '{"\\ud800":1}', 400, 'malformed-json'],
    ['a name twice', '{"title":"a","title":"b"}', 400, 'malformed-json', '/title'],
    ['a name twice, once escaped', '{"title":"a","\\u0074itle":"b"}', 400, 'malformed-json', '/title'],
    ['a name twice, further in', '{"quote":{"text":"a","text":"b"}}', 400, 'malformed-json', '/quote/text'],
    ['__proto__', withField('"__proto__":{"admin":true}'), 400, 'malformed-json', '/__proto__'],
    ['__proto__, escaped', withField('"\\u005f_proto__":1'), 400, 'malformed-json', '/__proto__'],
    ['constructor', withField('"constructor":{"prototype":{}}'), 400, 'malformed-json', '/constructor'],
    [
      '__proto__, further in',
      withField('"quote":{"__proto__":1}'),
      400,
      'malformed-json',
      '/quote/__proto__',
    ],
    ['a number beyond a double', withField('"x":1e400'), 400, 'malformed-json', '/x'],
    ['a number a double rounds', withField('"x":9007199254740993'), 400, 'malformed-json', '/x'],
    ['more digits than a double has', withField('"x":0.10000000000000000001'), 400, 'malformed-json', '/x'],
    ['a number that vanishes', withField('"x":1e-400'), 400, 'malformed-json', '/x'],
    ['33 levels', nested(33), 400, 'malformed-json'],
    ['a million levels', nested(1_000_000), 400, 'malformed-json'],
    ['more than 4 MiB', `[${'1,'.repeat(2_200_000)}1]`, 413, 'too-large'],
    ['null', 'null', 400, 'malformed', ''],
    ['a number', '42', 400, 'malformed', ''],
    ['a text', '"reward"', 400, 'malformed', ''],
    ['an empty array', '[]', 400, 'malformed', ''],
    ['1,001 developments', `[${'{},'.repeat(1000)}{}]`, 400, 'malformed', ''],
    ['an array in an array', '[[]]', 400, 'malformed', '/0'],
    ['an empty object', '{}', 400, 'malformed', '/type'],
    ['a field nobody knows', withField('"colour":"red"'), 400, 'malformed', '/colour'],
    [
      'a field nobody knows, further in',
      withField('"quote":{"text":"a","tone":"b"}'),
      400,
      'malformed',
      '/quote/tone',
    ],
    ['a position', withField('"position":7'), 400, 'malformed', '/position'],
    ['a recordedAt', withField('"recordedAt":"2025-01-01T00:00:00Z"'), 400, 'malformed', '/recordedAt'],
    ['a recordedBy', withField('"recordedBy":"me"'), 400, 'malformed', '/recordedBy'],
    ['bounds', withField('"bounds":{"earliest":null,"latest":null}'), 400, 'malformed', '/bounds'],
    ['a target on a world type', withField('"target":"x"'), 400, 'malformed', '/target'],
    ['an id with a space', withField('"id":"a b"'), 400, 'malformed', '/id'],
    ['an id of 129 characters', withField(`"id":"${'x'.repeat(129)}"`), 400, 'malformed', '/id'],
    ["the service's own ids", withField('"id":"dateline:1"'), 400, 'malformed', '/id'],
    ['a matter in capitals', JSON.stringify(development({ matter: 'US' })), 400, 'malformed', '/matter'],
    [
      'a title of 501 characters',
      JSON.stringify(development({ title: 'x'.repeat(501) })),
      400,
      'malformed',
      '/title',
    ],
    ['a line feed in a title', JSON.stringify(development({ title: 'a\nb' })), 400, 'malformed', '/title'],
    [
      '101 actors',
      JSON.stringify(development({ actors: Array(101).fill('a') })),
      400,
      'malformed',
      '/actors',
    ],
    ['a number for a title', JSON.stringify(development({ title: 7 })), 400, 'malformed', '/title'],
    ['a mode there is not', JSON.stringify(development({ mode: 'maybe' })), 400, 'malformed', '/mode'],
    [
      'an ftp source',
      JSON.stringify(development({ sources: [{ url: 'ftp://a.b/c' }] })),
      400,
      'malformed',
      '/sources/0/url',
    ],
    ['a kind there is not', JSON.stringify(development({ type: 'bounty.offered' })), 422, 'refused', '/type'],
    [
      'a phase there is not',
      JSON.stringify(development({ type: 'reward.doubled' })),
      422,
      'refused',
      '/type',
    ],
    ['a season', JSON.stringify(development({ occurred: '2025-21' })), 422, 'refused', '/occurred'],
    [
      '29 February 2025',
      JSON.stringify(development({ occurred: '2025-02-29' })),
      422,
      'refused',
      '/occurred',
    ],
    [
      'a zone there is not',
      JSON.stringify(development({ timezone: 'Mars/Olympus' })),
      422,
      'refused',
      '/timezone',
    ],
    [
      'value and delta at once',
      JSON.stringify(development({ quantities: [{ of: 'a', value: 1, delta: 1 }] })),
      422,
      'refused',
      '/quantities/0',
    ],
    [
      'a range upside down',
      JSON.stringify(development({ quantities: [{ of: 'a', low: 2, high: 1 }] })),
      422,
      'refused',
      '/quantities/0/low',
    ],
    [
      'a target that is not there',
      JSON.stringify({
        type: 'record.held',
        target: 'nobody',
        reason: 'x',
        attribution: { by: 'desk', record: 'on-record' },
      }),
      422,
      'unknown-target',
      '/target',
    ],
    ['the second of two', `[${text},{"type":7}]`, 400, 'malformed', '/1/type'],
  ];

  it.each(refused)('refuses %s', async (...[, body, status, code, pointer]) => {
    const { body: problem, headers, status: given } = await post(body);
    expect({ status: given, code: problem.code, type: problem.type }).toEqual({
      status,
      code,
      type: `urn:dateline:problem:${code}`,
    });
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(problem).toMatchObject({
      status,
      title: expect.any(String),
      detail: expect.stringMatching(/.{10}/),
    });
    if (pointer !== undefined) expect(problem.errors.map((error: any) => error.pointer)).toContain(pointer);
  });

  const media: [what: string, headers: Record<string, string>, status: number][] = [
    ['text/plain', { 'content-type': 'text/plain' }, 415],
    ['no media type', { 'content-type': '' }, 415],
    ['a media type that is none', { 'content-type': 'json' }, 415],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a multipart form', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
    ['NDJSON in Latin-1', { 'content-type': 'application/x-ndjson; charset=latin1' }, 415],
    ['packed NDJSON', { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' }, 415],
    ['CloudEvents', { 'content-type': 'application/cloudevents+json' }, 415],
    ['Latin-1', { 'content-type': 'application/json; charset=iso-8859-1' }, 415],
    ['a content encoding', { 'content-encoding': 'gzip' }, 415],
    ['the identity encoding', { 'content-encoding': 'identity' }, 415],
    ['charset=utf-8', { 'content-type': 'application/json; charset=utf-8' }, 201],
    ['charset="UTF-8"', { 'content-type': 'Application/JSON;charset="UTF-8"' }, 201],
  ];

  it.each(media)('answers %s as it should', async (_what, headers, status) => {
    const answer = await post(text, headers);
    expect(answer.status).toBe(status);
    if (status === 415) expect(answer.body.code).toBe('unsupported-media-type');
  });

  it.each([
    ['GET', '/v1/timelines/story', 'Content-Length: 2\r\n\r\n{}'],
    ['HEAD', '/v1/timelines/story', 'Content-Length: 2\r\n\r\n{}'],
    ['GET', '/health/live', 'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'],
    ['DELETE', '/v1/keys/KEY', 'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'],
  ])('takes no body that nobody reads: %s %s', async (method, path, rest) => {
    const { id } = await server.makeKey('reader');
    const head = `${method} ${path.replace('KEY', id)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`;
    const answer = await rawRequest(
      server.url,
      `${head}Authorization: ${server.admin.authorization}\r\n${rest}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    if (method !== 'HEAD') expect(answer).toContain(`${method} takes no body here; send none.`);
    const { items } = (await server.http.get('/v1/keys?limit=1000').set('content-length', '0').expect(200))
      .body;
    expect(items.find((key: { id: string }) => key.id === id)).toMatchObject({ revokedAt: null });
  });

  it('accepts numbers that a double holds, 32 levels and 4 MiB of white space', async () => {
    const numbers = development({
      quantities: [
        { of: 'a', value: 0.1 },
        { of: 'b', low: 1e2, high: 1e21 },
      ],
    });
    await post(JSON.stringify(numbers)).expect(201);
    await post(text + ' '.repeat(4 * 1024 * 1024 - text.length)).expect(201);
    const { body } = await post(nested(32));
    expect(body.code).toBe('malformed');
  });

  it('has stored nothing of what it refused', async () => {
    const { body } = await server.http.get('/v1/timelines/story');
    expect(body.size).toBe(media.filter(([, , status]) => status === 201).length + 2);
    expect(server.said).toEqual([]);
  });
});
