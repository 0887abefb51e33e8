/** Request lines, headers and framing: what a proxy and a service might read differently, and who asks. */
import { development, timeline } from '../development.js';
import { asking, type BadInput, type Headers, posting, request, story, type World } from './row.js';

const text = JSON.stringify(development());

const framed = (head: string, rest: string) => (world: World) =>
  Buffer.from(
    `POST ${story}/developments HTTP/1.1\r\nHost: x\r\nAuthorization: ${world.recorder}\r\n` +
      `Content-Type: application/json\r\n${head}\r\n\r\n${rest}`,
  );
const plain = (bytes: string) => () => Buffer.from(bytes, 'latin1');
const smuggled = `POST /v1/timelines HTTP/1.1\r\nHost: x\r\n\r\n`;

/** Not one of them is a request: the connection ends with the answer. */
const framing: [what: string, bytes: (world: World) => Buffer][] = [
  ['a length and chunks', framed('Content-Length: 4\r\nTransfer-Encoding: chunked', `0\r\n\r\n${smuggled}`)],
  ['chunks and a length', framed('Transfer-Encoding: chunked\r\nContent-Length: 4', `0\r\n\r\n${smuggled}`)],
  ['two lengths', framed('Content-Length: 2\r\nContent-Length: 80', '{}')],
  ['two lengths in one', framed('Content-Length: 2, 80', '{}')],
  ['a length with a sign', framed('Content-Length: +2', '{}')],
  ['a length below nothing', framed('Content-Length: -1', '{}')],
  ['a length in hexadecimal', framed('Content-Length: 0x2', '{}')],
  ['a length beyond 64 bits', framed('Content-Length: 18446744073709551618', '{}')],
  ['chunked, and not last', framed('Transfer-Encoding: chunked, identity', '0\r\n\r\n')],
  ['chunked, hidden behind a tab', framed('Transfer-Encoding:\x0bchunked', '0\r\n\r\n')],
  ['a space before the colon', framed('Transfer-Encoding : chunked', '0\r\n\r\n')],
  ['a chunk whose size is none', framed('Transfer-Encoding: chunked', 'zz\r\n{}\r\n0\r\n\r\n')],
  ['a chunk of negative size', framed('Transfer-Encoding: chunked', '-2\r\n{}\r\n0\r\n\r\n')],
  [
    'a chunk longer than 64 bits',
    framed('Transfer-Encoding: chunked', `${'f'.repeat(17)}\r\n{}\r\n0\r\n\r\n`),
  ],
  ['a chunk longer than it says', framed('Transfer-Encoding: chunked', '1\r\n{}\r\n0\r\n\r\n')],
  ['a chunk that ends in a bare line feed', framed('Transfer-Encoding: chunked', '2\n{}\n0\n\n')],
  ['a header that goes on in the next line', plain('GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n')],
  ['lines that end in a bare line feed', plain('GET / HTTP/1.1\nHost: x\n\n')],
  ['a bare carriage return in a header', plain('GET / HTTP/1.1\r\nHost: x\rX-A: b\r\n\r\n')],
  ['NUL in a header', plain('GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n')],
  ['a header without a name', plain('GET / HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n')],
  ['a header without a colon', plain('GET / HTTP/1.1\r\nHost: x\r\nhello\r\n\r\n')],
  ['a space in the path', plain('GET /v1/ timelines HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['NUL in the path', plain('GET /v1/\0 HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['no HTTP', plain('hello\r\n\r\n')],
  ['a version there is not', plain('GET / HTTP/9.9\r\nHost: x\r\n\r\n')],
  ['the preface of HTTP/2', plain('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
  ['the hello of TLS', () => Buffer.from('16030100f8010000f40303', 'hex')],
  ['a method there is not', plain('EXPLODE / HTTP/1.1\r\nHost: x\r\n\r\n')],
];

const methods: [method: string, path: string][] = [
  ['PUT', story],
  ['PATCH', `${story}/developments/known`],
  ['DELETE', `${story}/developments/known`],
  ['DELETE', '/v1/timelines'],
  ['TRACE', '/v1/timelines'],
  ['OPTIONS', `${story}/developments`],
  ['PROPFIND', '/v1/timelines'],
  ['POST', `${story}/situation`],
  ['POST', `${story}/log/checkpoint`],
  ['POST', '/'],
  ['PUT', `/v1/timelines/${'x'.repeat(3_000)}`],
];

const versions = [
  '3',
  '*',
  'W/"3"',
  '"3", "4"',
  '"-1"',
  '"03"',
  '"1e3"',
  '""',
  '"99999999999999999999"',
  "'1'",
];

const unknown: [what: string, authorization: string][] = [
  ['no scheme', 'dl_a_x'],
  ['another scheme', 'Basic YWRtaW46YWRtaW4='],
  ['no key', 'Bearer'],
  ['an empty key', 'Bearer  '],
  ['a key that is none', 'Bearer admin'],
  ['a token of another service', 'Bearer eyJhbGciOiJub25lIn0.e30.'],
  ['a key nobody made', `Bearer dl_a_${'A'.repeat(22)}_${'A'.repeat(6)}`],
  ['two keys', 'Bearer a, Bearer b'],
  ['a key of 8 kB', `Bearer dl_a_${'A'.repeat(8_000)}`],
  ['SQL', "Bearer ' or 1=1 --"],
];

/** Headers that a proxy may have read in another way. */
const unclear: [what: string, at: string, bytes: (world: World) => Buffer][] = [
  [
    'two media types',
    'Content-Type',
    framed('Content-Length: 2\r\ncontent-type: application/x-ndjson', '{}'),
  ],
  [
    'gzip, and chunked',
    'Transfer-Encoding',
    framed('Transfer-Encoding: gzip, chunked', '2\r\n{}\r\n0\r\n\r\n'),
  ],
  [
    'gzip, and chunked in a second header',
    'Transfer-Encoding',
    framed('Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked', '2\r\n{}\r\n0\r\n\r\n'),
  ],
  [
    'chunks in HTTP/1.0',
    'Transfer-Encoding',
    plain(`POST ${story} HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`),
  ],
  ...['a b/c@d', '', ' ', ':80', 'a/b', 'a@b', 'a?b', 'a#b', 'a:b', 'a:80:80', '[::1', 'a%zz', 'a, b'].map(
    (host): [string, string, () => Buffer] => [
      `the host \`${host}\``,
      'Host',
      plain(`GET ${story} HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
    ],
  ),
];

const callers: [what: string, bytes: (world: World) => Buffer, status: number, code: string, at?: string][] =
  [
    [
      'nobody, who records',
      () => request('POST', `${story}/developments`, json, text),
      401,
      'unauthenticated',
    ],
    ['nobody, who asks for keys', () => request('GET', '/v1/keys'), 401, 'unauthenticated'],
    [
      'nobody, who asks for what is private',
      () => request('GET', '/v1/timelines/hidden'),
      404,
      'unknown-timeline',
    ],
    ['a reader who records', ({ reader }) => recordBy(reader), 403, 'forbidden'],
    ['an auditor who records', ({ auditor }) => recordBy(auditor), 403, 'forbidden'],
    ['a recorder who makes a timeline', ({ recorder }) => makeBy(recorder), 403, 'forbidden'],
    ['an admin of one timeline who makes another', ({ foreign }) => makeBy(foreign), 403, 'forbidden'],
    ['an admin of another timeline who records', ({ foreign }) => recordBy(foreign), 404, 'unknown-timeline'],
    ['a revoked key', ({ revoked }) => recordBy(revoked), 401, 'unauthenticated'],
    ['a key in the query', ({ key }) => request('GET', `${story}/situation?key=${key}`), 400, 'key-in-url'],
    ['a key in the path', ({ key }) => request('GET', `/v1/timelines/${key}`), 400, 'key-in-url'],
    [
      'a key in the query, escaped',
      ({ key }) => request('GET', `${story}?k=${key.replace('_', '%5f')}`),
      400,
      'key-in-url',
    ],
    [
      'two Authorization headers',
      ({ admin }) => twice(`Authorization: ${admin}`),
      400,
      'invalid-header',
      'Authorization',
    ],
    [
      'a second Host behind two thousand headers',
      () => Buffer.from(`GET ${story} HTTP/1.1\r\nHost: x\r\n${'a:\r\n'.repeat(2_000)}Host: y\r\n\r\n`),
      ...([400, 'invalid-header', 'Host'] as const),
    ],
    ['no Host header', () => Buffer.from('GET / HTTP/1.1\r\n\r\n'), 400, 'invalid-header', 'Host'],
    ['two Host headers', () => twice('Host: x'), 400, 'invalid-header', 'Host'],
    ['If-Match with several', posting(`[${text}]`, { 'if-match': '"1"' }), 400, 'invalid-header', 'If-Match'],
    ['a version that has passed', posting(text, { 'if-match': '"0"' }), 412, 'version-mismatch', '/matter'],
    ['a version that is not yet', posting(text, { 'if-match': '"99"' }), 412, 'version-mismatch', '/matter'],
    [
      'parameters where there are none',
      posting(text, {}, `${story}/developments?dryRun=true`),
      400,
      'invalid-parameter',
      '?dryRun',
    ],
    [
      'a body of more than 4 MiB',
      ({ recorder }) =>
        request('POST', `${story}/developments`, {
          ...json,
          authorization: recorder,
          'content-length': '4194305',
        }),
      413,
      'too-large',
    ],
    [
      'an expectation there is not',
      posting(text, { expect: '200-maybe' }),
      ...([417, 'expectation-failed', 'Expect'] as const),
    ],
    [
      'an expectation there is not, and a body to be waited for',
      ({ recorder }) =>
        request('POST', `${story}/developments`, {
          ...{ ...json, authorization: recorder, expect: 'an answer', 'content-length': '100' },
        }),
      ...([417, 'expectation-failed', 'Expect'] as const),
    ],
    [
      'a key in the query, and an expectation there is not',
      ({ key }) => request('GET', `${story}?k=${key}`, { expect: '200-maybe' }),
      ...([400, 'key-in-url'] as const),
    ],
    [
      'a key in the query, and two hosts',
      ({ key }) => Buffer.from(`GET ${story}?k=${key} HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n`),
      ...([400, 'key-in-url'] as const),
    ],
    [
      'nobody, who records and expects something',
      () => request('POST', `${story}/developments`, { ...json, expect: '200-maybe' }, text),
      ...([401, 'unauthenticated'] as const),
    ],
    [
      'nobody, who replaces a key whose id has 3 kB',
      () => request('POST', `/v1/keys/${'x'.repeat(3_000)}/rotate`, json, '{}'),
      ...([401, 'unauthenticated'] as const),
    ],
    [
      'a key whose id has 3 kB, replaced',
      ({ admin }) =>
        request('POST', `/v1/keys/${'x'.repeat(3_000)}/rotate`, { ...json, authorization: admin }, '{}'),
      ...([404, 'not-found'] as const),
    ],
    [
      'a key in a path that cannot be read',
      ({ key }) => request('GET', `/v1/timelines/%ff/${key.replace('_', '%5f')}?x=%`),
      ...([400, 'key-in-url'] as const),
    ],
    ['headers of 17 KiB', asking(story, { 'x-long': 'x'.repeat(17_000) }), 431, 'headers-too-large'],
    [
      'three thousand headers',
      asking(story, Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`x-${n}`, 'a']))),
      431,
      'headers-too-large',
    ],
    ['an address of 17 kB', asking(`${story}?q=${'x'.repeat(17_000)}`), 431, 'headers-too-large'],
    ['an asterisk', () => request('OPTIONS', '*'), 404, 'not-found'],
  ];

const json: Headers = { 'content-type': 'application/json' };

function recordBy(authorization: string): Buffer {
  return request('POST', `${story}/developments`, { ...json, authorization }, text);
}

function makeBy(authorization: string): Buffer {
  return request(
    'POST',
    '/v1/timelines',
    { ...json, authorization },
    JSON.stringify({ ...timeline, slug: 'new' }),
  );
}

function twice(header: string): Buffer {
  return Buffer.from(
    `GET ${story} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${header}\r\n${header}\r\n\r\n`.replace(
      'Host: x\r\nConnection: close\r\nHost: x\r\n',
      'Connection: close\r\nHost: x\r\n',
    ),
  );
}

export const heads: BadInput[] = [
  ...framing.map(([what, bytes]) => ({ what, bytes, status: 400, code: 'malformed-request' })),
  ...methods.map(([method, path]) => ({
    what: `${method} ${path.slice(0, 120)}`,
    bytes: ({ admin }: World) => request(method, path, { authorization: admin }),
    ...{ status: 405, code: 'method-not-allowed' },
  })),
  ...versions.map((version) => ({
    what: `If-Match: ${version}`,
    bytes: posting(text, { 'if-match': version }),
    ...{ status: 400, code: 'invalid-header', at: 'If-Match' },
  })),
  ...unknown.map(([what, authorization]) => ({
    what: `shows ${what}`,
    bytes: () => recordBy(authorization),
    ...{ status: 401, code: 'unauthenticated' },
  })),
  ...unclear.map(([what, at, bytes]) => ({ what, bytes, status: 400, code: 'invalid-header', at })),
  ...callers.map(([what, bytes, status, code, at]) => ({
    ...{ what, bytes, status, code, ...(at !== undefined && { at }) },
  })),
];
