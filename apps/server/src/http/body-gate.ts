import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseStrictJson } from '#libs/exchange';
import { EdgeRefusal } from './edge-refusal.js';

/** Bytes that a JSON body may have: 4 MiB. */
export const bodyLimit = 4 * 1024 * 1024;

/** `application/json`, alone or with a charset that says UTF-8, as JSON is anyway (RFC 8259, section 8.1). */
const jsonInUtf8 = /^application\/json\s*(?:;\s*charset\s*=\s*(?:utf-?8|"utf-?8")\s*)?;?\s*$/i;

/** JSON is the one media type that is read, and it is read strictly; Fastify answers 415 for all others. */
export function installBodyGate(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    let value: unknown;
    try {
      value = readBody(request, bytes);
    } catch (error) {
      return done(error as Error);
    }
    done(null, value);
  });
}

/** @throws EdgeRefusal, MalformedJson */
function readBody({ headers }: FastifyRequest, bytes: Buffer): unknown {
  if (headers['content-encoding'] !== undefined) {
    throw unsupported('Send the body as it is, without Content-Encoding.');
  }
  const type = headers['content-type']!;
  if (type !== 'application/json' && !jsonInUtf8.test(type)) {
    throw unsupported('JSON is sent in UTF-8 and without parameters but `charset=utf-8`.');
  }
  if (bytes.length === 0) throw emptyBody();
  return parseStrictJson(bytes);
}

function unsupported(detail: string): EdgeRefusal {
  return new EdgeRefusal('unsupported-media-type', detail);
}

export function emptyBody(): EdgeRefusal {
  const detail = 'The body is empty; send JSON.';
  return new EdgeRefusal('malformed-json', detail, { problems: [{ pointer: '', detail }] });
}
