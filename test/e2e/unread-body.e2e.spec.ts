import { afterAll, beforeAll, expect, it } from '@jest/globals';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyLimit } from '../../apps/server/src/http/body-gate.js';
import { readAnswer } from '../support/raw-answer.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { timeline } from './development.js';

const developments = '/v1/timelines/story/developments';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.http.post('/v1/timelines').send(timeline).expect(201);
});
afterAll(() => server.close());

/** Sends it all, and only then reads; its own side stays open. What is answered until the other side ends. */
function sendThenRead(request: string, body: Buffer): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    let answer = '';
    socket.setEncoding('latin1').pause();
    socket.on('data', (chunk) => (answer += chunk)).on('error', reject);
    socket.on('end', () => resolve(answer));
    socket.write(request);
    socket.write(body, () => socket.resume());
    socket.setTimeout(10_000, () => socket.destroy(new Error(`it does not end: ${answer}`)));
  });
}

const connections = () =>
  new Promise<number>((resolve) =>
    server.app.getHttpServer().getConnections((_error: unknown, count: number) => resolve(count)),
  );

const refusals: [what: string, type: string, length: number, status: number][] = [
  ['one byte too many', 'application/json', bodyLimit + 1, 413],
  ['14 MB', 'application/json', 14_000_000, 413],
  ['14 MB that are no JSON', 'text/plain', 14_000_000, 415],
  ['14 MB of lines in another encoding', 'application/x-ndjson; charset=latin1', 14_000_000, 415],
];

it.each(refusals)('who sends too much is answered, and not cut: %s', async (...[, type, length, status]) => {
  const { authorization } = server.admin;
  for (let time = 0; time < 20; time++) {
    const answer = await fetch(server.url + developments, {
      method: 'POST',
      headers: { 'content-type': type, authorization },
      body: Buffer.alloc(length, ' '),
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    await answer.text();
  }
});

it.each([
  ...refusals,
  ['14 MB, with no key', 'application/json', 14_000_000, 401],
  ['14 MB of lines behind one that ends them', 'application/x-ndjson', 14_000_000, 200],
] as typeof refusals)(
  'so is who reads last, on a connection for once: %s',
  async (...[, type, length, status]) => {
    const key = status === 401 ? '' : `Authorization: ${server.admin.authorization}\r\n`;
    const head = (framing: string) =>
      `POST ${developments} HTTP/1.1\r\nHost: x\r\n${key}` +
      `Content-Type: ${type}\r\nConnection: close\r\n${framing}\r\n\r\n`;
    const body = Buffer.alloc(length, '7\n');
    const chunks = [Buffer.from(`${length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')];
    for (let time = 0; time < 5; time++) {
      for (const answer of [
        await sendThenRead(head(`Content-Length: ${length}`), body),
        await sendThenRead(head('Transfer-Encoding: chunked'), Buffer.concat(chunks)),
      ]) {
        expect(readAnswer(answer)).toMatchObject({ status, headers: { connection: 'close' } });
      }
    }
    // What stays of the clients is their side alone.
    for (let patience = 50; patience > 0 && (await connections()) > 0; patience--) await sleep(100);
    expect(await connections()).toBe(0);
  },
);
