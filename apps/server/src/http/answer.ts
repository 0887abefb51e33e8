import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** Sends JSON. The string is sent as it is: what it says was decided before. */
export function answerJson(reply: FastifyReply, status: number, body: object): void {
  void reply.code(status).header('content-type', 'application/json').send(JSON.stringify(body));
}

/**
 * Answers a read: with a strong ETag over the very bytes, to be revalidated each time, and 304 for whoever has them.
 * `next` is the address of a list's next page.
 */
export function answerRead(reply: FastifyReply, body: object, next?: string | null): void {
  if (next != null) void reply.header('link', `<${next}>; rel="next"`);
  answerTagged(reply, JSON.stringify(body), 'application/json');
}

/** Answers a read of plain text in UTF-8, as `answerRead` does. */
export function answerText(reply: FastifyReply, text: string): void {
  answerTagged(reply, text, 'text/plain; charset=utf-8');
}

/** Sends bytes that never change while they are kept. */
export function answerBytes(reply: FastifyReply, bytes: Buffer, cacheControl: string): void {
  void reply
    .code(200)
    .header('content-type', 'application/octet-stream')
    .header('cache-control', cacheControl)
    .send(bytes);
}

function answerTagged(reply: FastifyReply, text: string, contentType: string): void {
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  // A key's answer is for its holder's cache alone.
  const keyed = reply.request.caller?.keyId !== undefined;
  void reply.header('etag', etag).header('cache-control', keyed ? 'private, no-cache' : 'no-cache');
  if (has(reply.request.headers['if-none-match'], etag)) {
    void reply.code(304).send();
    return;
  }
  void reply.code(200).header('content-type', contentType).send(text);
}

/** If-None-Match compares weakly (RFC 9110, section 13.1.2): `W/` before a tag does not count. */
function has(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || ifNoneMatch.trim() === '*';
}

/** A page of a list; `next` is the plain cursor, of which clients get the signed one. */
interface ListPage {
  items: unknown[];
  next: string | null;
}

/**
 * Answers a page of a list: its items, and where the next page is, twice: as a cursor and as a link. `around` puts
 * a page that is only a part of its answer into the whole.
 */
export function answerPage<P extends ListPage>(
  reply: FastifyReply,
  page: P,
  around: (page: P) => object = (whole) => whole,
): void {
  const next = page.next === null ? null : reply.server.cursors.seal(reply.request, page.next);
  answerRead(reply, around({ ...page, next }), nextAddress(reply, next));
}

/** The address of this request with another `after`. */
function nextAddress(reply: FastifyReply, cursor: string | null): string | null {
  if (cursor === null) return null;
  const { url } = reply.request;
  // Another ? may stand in the query as it is.
  const at = url.indexOf('?');
  const [path, query] = at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
  const parameters = new URLSearchParams(query);
  parameters.set('after', cursor);
  return `${path}?${parameters.toString()}`;
}
