import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answerClientError, answerLateRequest } from './client-errors.js';
import { setDeadline, watchArrivals } from './request-deadline.js';

let server: http.Server;
let client: Socket;
const silence = 300;
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
    request.resume().once('end', () => {
      if (request.url === '/large') response.end(Buffer.alloc(32 * 1024 * 1024));
      else if (request.url === '/slow') setTimeout(() => response.end('done'), 3 * silence);
      else response.end('done');
    });
  });
  server.requestTimeout = 0;
  server.on('clientError', answerClientError);
  watchArrivals(server, { limit: 100, every: 10, silence, refuse: answerLateRequest });
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

describe('a connection on which nothing moves', () => {
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  /** Sends this, leaves its own side open, and reads nothing unless told to. */
  function send(bytes: string, reads: boolean): Promise<string> {
    client = connect({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    let said = '';
    if (reads) client.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    client.on('error', () => undefined).write(bytes);
    return new Promise((resolve) => setTimeout(() => resolve(said), 5 * silence));
  }

  it('is cut where an answer is not read', async () => {
    await send('GET /large HTTP/1.1\r\nHost: x\r\n\r\n', false);
    expect(await connections()).toBe(0);
  });

  it('is cut where a refusal was the last word and the other side does not end', async () => {
    expect(await send('no HTTP\r\n\r\n', true)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await connections()).toBe(0);
  });

  it('is left while its answer is worked on', async () => {
    expect(await send('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n', true)).toMatch(/^HTTP\/1\.1 200 .*done/s);
  });

  it('and is read from, however slowly, is left', async () => {
    const sent = send('GET /large HTTP/1.1\r\nHost: x\r\n\r\n', false);
    const reading = setInterval(() => client.read(256 * 1024) ?? client.read(), 20);
    await sent;
    clearInterval(reading);
    expect(await connections()).toBe(1);
  });
});
