import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answerLateRequest } from './client-errors.js';
import { setDeadline, watchArrivals } from './request-deadline.js';

let server: http.Server;
let client: Socket;
const head = (path: string) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n`;

/** What is answered until the connection ends. */
async function answerTo(...parts: string[]): Promise<string> {
  client = connect((server.address() as AddressInfo).port, '127.0.0.1').setEncoding('utf8');
  let said = '';
  client.on('data', (chunk: string) => (said += chunk)).on('error', () => undefined);
  for (const part of parts) {
    client.write(part);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  if (!client.closed) await Promise.race([once(client, 'close'), new Promise((r) => setTimeout(r, 500))]);
  return said;
}

beforeEach(async () => {
  server = http.createServer((request, response) => {
    if (request.url === '/stream') {
      setDeadline(request, Infinity);
      response.write('begun ');
    }
    request.resume().once('end', () => response.end('done'));
  });
  server.requestTimeout = 0;
  watchArrivals(server, { limit: 100, every: 10, refuse: answerLateRequest });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

describe('the deadline of a request', () => {
  it('is for its whole body, however steadily that trickles in', async () => {
    const said = await answerTo(head('/'), 'a', 'b', 'c');
    expect(said).toMatch(/^HTTP\/1\.1 408 .*"code":"request-timeout"/s);
    expect(client.closed).toBe(true);
  });

  it('does not touch one that came in time, nor a connection that waits for the next', async () => {
    const said = await answerTo(head('/'), '123456789');
    expect(said).toMatch(/^HTTP\/1\.1 200 .*done/s);
    expect(client.closed).toBe(false);
  });

  it('can be lifted for a request that goes on', async () => {
    const said = await answerTo(head('/stream'), '12', '34', '56', '789');
    expect(said).toMatch(/^HTTP\/1\.1 200 .*begun.*done/s);
  });
});
