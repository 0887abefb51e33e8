import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest, onRequestHookHandler, RouteOptions } from 'fastify';
import { parseStrictJson } from '#libs/exchange';
import { EdgeRefusal } from './edge-refusal.js';

/** Bytes that a JSON body may have: 4 MiB. */
export const bodyLimit = 4 * 1024 * 1024;

/** `application/json`, alone or with a charset that says UTF-8, as JSON is anyway (RFC 8259, section 8.1). */
const jsonInUtf8 = /^application\/json\s*(?:;\s*charset\s*=\s*(?:utf-?8|"utf-?8")\s*)?;?\s*$/i;

/** The same for NDJSON, which is UTF-8 as well. */
const ndjsonInUtf8 = /^application\/x-ndjson\s*(?:;\s*charset\s*=\s*(?:utf-?8|"utf-?8")\s*)?;?\s*$/i;

/** The one route that takes NDJSON, as it stands in the controllers. */
const streamedTo = '/v1/timelines/:timeline/developments';

/** Whether the body of this request is handed to its route unread, line for line. */
export function isStreamed({ body }: FastifyRequest): boolean {
  return body instanceof Readable;
}

/**
 * JSON is the one media type that is read here, and it is read strictly; NDJSON is left to the one route that takes
 * it. Fastify answers 415 for all others. Bodies are what is posted: any other method's is refused. Must be called
 * before the first route is added.
 */
export function installBodyGate(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route: RouteOptions) => {
    if (!([route.method].flat() as string[]).includes('POST'))
      route.onRequest = [route.onRequest ?? [], refuseBody].flat();
  });
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
  fastify.addContentTypeParser('application/x-ndjson', (request, payload, done) => {
    try {
      checkStreamed(request);
    } catch (error) {
      return done(error as Error);
    }
    done(null, payload);
  });
}

/** What nobody reads would be accepted and ignored. */
const refuseBody: onRequestHookHandler = ({ method, headers }, _reply, done) => {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = headers;
  if (Number(length) === 0 && coding === undefined) {
    // Some clients say of each request what its body is in; Fastify would look for one.
    delete headers['content-type'];
    return done();
  }
  done(new EdgeRefusal('malformed-request', `${method} takes no body here; send none.`));
};

/** @throws EdgeRefusal */
function checkStreamed({ headers, routeOptions }: FastifyRequest): void {
  if (routeOptions.url !== streamedTo) {
    throw unsupported(
      'Developments alone are sent as NDJSON; send JSON, with `Content-Type: application/json`.',
    );
  }
  if (headers['content-encoding'] !== undefined) throw encoded();
  if (!ndjsonInUtf8.test(headers['content-type']!)) {
    throw unsupported('NDJSON is sent in UTF-8 and without parameters but `charset=utf-8`.');
  }
}

/** @throws EdgeRefusal, MalformedJson */
function readBody({ headers }: FastifyRequest, bytes: Buffer): unknown {
  if (headers['content-encoding'] !== undefined) {
    throw encoded();
  }
  const type = headers['content-type']!;
  if (type !== 'application/json' && !jsonInUtf8.test(type)) {
    throw unsupported('JSON is sent in UTF-8 and without parameters but `charset=utf-8`.');
  }
  if (bytes.length === 0) throw emptyBody();
  return parseStrictJson(bytes);
}

function encoded(): EdgeRefusal {
  return unsupported('Send the body as it is, without Content-Encoding.');
}

function unsupported(detail: string): EdgeRefusal {
  return new EdgeRefusal('unsupported-media-type', detail);
}

export function emptyBody(): EdgeRefusal {
  const detail = 'The body is empty; send JSON.';
  return new EdgeRefusal('malformed-json', detail, { problems: [{ pointer: '', detail }] });
}
