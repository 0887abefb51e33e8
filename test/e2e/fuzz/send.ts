import http from 'node:http';
import type { FuzzRequest } from './requests.js';

export interface FuzzAnswer {
  status: number;
  /** Without its parameters. */
  media: string | undefined;
  body: Buffer;
}

/** Sends it over one of the agent's connections; of a stream of events the head alone is waited for. */
export function send(
  url: string,
  agent: http.Agent,
  { method, path, headers, body }: FuzzRequest,
): Promise<FuzzAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const options = { agent, hostname, port, method, path, headers: { ...headers, ...length } };
    const request = http.request(options, (response) => {
      const [media] = response.headers['content-type']?.split(';', 1) ?? [];
      const status = response.statusCode!;
      const chunks: Buffer[] = [];
      const done = () => resolve({ status, media, body: Buffer.concat(chunks) });
      if (media === 'text/event-stream') {
        request.destroy();
        return done();
      }
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', done).on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}
