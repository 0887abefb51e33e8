import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, drain } from '../../apps/server/src/create-app.js';
import { openResources } from '../../apps/server/src/open-resources.js';
import { EventReader } from '../support/event-reader.js';
import { type GuardedServer, startGuardedServer } from '../support/guarded-server.js';
import { readAnswer } from '../support/raw-answer.js';
import { testEdge } from '../support/server.js';
import { development } from './development.js';

let server: GuardedServer;
beforeAll(async () => {
  server = await startGuardedServer();
});
afterAll(() => server.close());

describe('a key that is revoked', () => {
  it('is refused at its next call and its streams end, in the process that revoked it and in another', async () => {
    const log = { info() {}, warn() {}, error() {} };
    const resources = openResources(server.database.url, log, Date.now, server.signing.signing);
    const { app } = await createApp(resources, log, testEdge);
    await resources.access.listen();
    await app.listen(0, '127.0.0.1');
    const addresses = [server.url, await app.getUrl()];
    const { id, authorization } = await server.makeKey('reader', { timelines: ['closed'] });
    const at = async (address: string) =>
      (await fetch(`${address}/v1/timelines/closed`, { headers: { authorization } })).status;
    for (const address of addresses) expect(await at(address)).toBe(200);
    const streams = addresses.map(
      (address) => new EventReader(`${address}/v1/timelines/closed/stream`, { authorization }),
    );
    for (const stream of streams) while (stream.rest.length === 0) await sleep(10);

    const began = performance.now();
    await server.http.delete(`/v1/keys/${id}`).expect(200);
    expect(await at(addresses[0]!)).toBe(401);
    while ((await at(addresses[1]!)) !== 401) expect(performance.now() - began).toBeLessThan(2_000);
    await Promise.all(streams.map(({ ended }) => ended));
    expect(performance.now() - began).toBeLessThan(5_000);
    await drain(app);
    await app.close();
    await resources.close();
  }, 30_000);

  it.each<[what: string, path: string, body: object]>([
    ['makes no key', '/v1/keys', { role: 'admin', timelines: 'all' }],
    ['records nothing', '/v1/timelines/closed/developments', development({ id: 'late', matter: 'late' })],
  ])('%s with a body that comes when only its head was sent before', async (_, path, body) => {
    const { id, authorization } = await server.makeKey('admin');
    const known = async () => (await server.http.get(`/v1/keys?limit=1000`).expect(200)).body.items.length;
    // So the gate needs nothing but the head to let it in.
    await server.anonymous.get('/v1/keys').set({ authorization }).expect(200);
    const text = JSON.stringify(body);
    const { hostname, port } = new URL(server.url);
    const socket = net.connect(Number(port), hostname).setEncoding('latin1');
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${authorization}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${text.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect((await once(socket, 'data')).join()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    await server.http.delete(`/v1/keys/${id}`).expect(200);
    const before = await known();
    let said = '';
    socket.on('data', (chunk: string) => (said += chunk)).write(text);
    await once(socket, 'close');
    const { status, headers, body: told } = readAnswer(said);
    expect([status, (JSON.parse(told) as { code: string }).code]).toEqual([401, 'unauthenticated']);
    expect(headers['www-authenticate']).toMatch(/^Bearer /);
    expect(await known()).toBe(before);
    await server.http.get('/v1/timelines/closed/developments/late').expect(404);
  });
});
