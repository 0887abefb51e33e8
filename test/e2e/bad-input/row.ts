/** What a row of the tables of bad input is made of. */

/** What the rows may name: keys, cursors and the like of the running test. */
export interface World {
  /** Authorization headers. */
  admin: string;
  recorder: string;
  auditor: string;
  reader: string;
  /** Of an admin for the private timeline `hidden` alone. */
  foreign: string;
  revoked: string;
  /** A key that is taken, as text. */
  key: string;
  /** A cursor of `/v1/timelines/story/developments?limit=1`. */
  cursor: string;
  /** A cursor of `/v1/keys?limit=1`. */
  keyCursor: string;
}

export interface BadInput {
  what: string;
  /** The bytes that are sent, from the request line on. */
  bytes: (world: World) => Buffer;
  status: number;
  code: string;
  /** What the problem points at: `/a/0` or `` in the body, `?limit` in the query, `If-Match` in the head. */
  at?: string;
  /** Of NDJSON: the line that is refused, in an answer of 200. */
  line?: number;
}

export type Headers = Record<string, string>;
export type Body = string | Buffer;

export const story = '/v1/timelines/story';

/** A request as bytes; nothing in it is escaped or corrected. */
export function request(method: string, path: string, headers: Headers = {}, body?: Body): Buffer {
  const content = body === undefined ? undefined : Buffer.from(body as string, 'utf8');
  const all: Headers = {
    host: 'dateline.test',
    connection: 'close',
    ...(content && { 'content-length': String(content.length) }),
    ...headers,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n`, 'latin1'),
    content ?? Buffer.alloc(0),
  ]);
}

/** Posts a body to the story's developments, by a recorder unless told. */
export function posting(body: Body, headers: Headers = {}, path = `${story}/developments`) {
  return ({ recorder }: World) =>
    request('POST', path, { authorization: recorder, 'content-type': 'application/json', ...headers }, body);
}

export const asking =
  (path: string, headers: Headers = {}) =>
  ({ admin }: World) =>
    request('GET', path, { authorization: admin, ...headers });
