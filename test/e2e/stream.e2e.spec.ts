import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OpenStreams } from '../../apps/server/src/http/open-streams.js';
import { EventReader } from '../support/event-reader.js';
import { garble } from '../support/forgery.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

describe('the stream of a timeline', () => {
  let server: TestServer;
  const readers: EventReader[] = [];
  const limits = { inAll: 220, perCaller: 210 };

  beforeAll(async () => {
    server = await startTestServer({ edge: { streams: limits } });
    await make('story');
  });
  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.close();
    await untilOpen(0);
  });
  afterAll(() => server.close());

  const make = (slug: string) =>
    server.http
      .post('/v1/timelines')
      .send({ ...timeline, slug })
      .expect(201);
  const read = (slug: string, query = '', headers = {}) => {
    const reader = new EventReader(`${server.url}/v1/timelines/${slug}/stream${query}`, {
      authorization: server.admin.authorization,
      ...headers,
    });
    readers.push(reader);
    return reader;
  };
  const record = async (slug: string, count: number, fields: object = {}) => {
    const bodies = Array.from({ length: count }, () => development(fields));
    await server.http.post(`/v1/timelines/${slug}/developments`).send(bodies).expect(201);
  };
  const upTo = (size: number, from = 0) => Array.from({ length: size - from }, (_, i) => from + i);
  async function untilOpen(count: number): Promise<void> {
    for (let i = 0; i < 200 && server.app.get(OpenStreams).size !== count; i++) await sleep(20);
    expect(server.app.get(OpenStreams).size).toBe(count);
  }

  it('is server-sent events, each the development as the log has it under its position', async () => {
    await record('story', 3);
    const reader = read('story');
    await reader.until(3);
    expect(reader.status).toBe(200);
    expect(reader.headers['content-type']).toBe('text/event-stream');
    expect(reader.rest[0]).toMatch(/^retry: \d+$/);
    const { body } = await server.http.get('/v1/timelines/story/developments').expect(200);
    expect(reader.events).toEqual(
      body.items.map((data: any) => ({ id: data.position, event: 'development', data })),
    );
  });

  it('goes on behind a position, and behind the last event that was seen, which is the newer one', async () => {
    await make('resumed');
    await record('resumed', 6);
    const all = read('resumed', '?after=-1');
    const after = read('resumed', '?after=2');
    const seen = read('resumed', '?after=2', { 'last-event-id': '4' });
    const live = read('resumed', '?after=5');
    await Promise.all([all.until(6), after.until(3), seen.until(1)]);
    await record('resumed', 2);
    await Promise.all([all.until(8), after.until(5), seen.until(3), live.until(2)]);
    expect(all.ids).toEqual(upTo(8));
    expect(after.ids).toEqual(upTo(8, 3));
    expect(seen.ids).toEqual(upTo(8, 5));
    expect(live.ids).toEqual([6, 7]);
  });

  it('brings what is recorded within a moment, also to who waits on an empty ledger', async () => {
    await make('empty');
    const reader = read('empty');
    await untilOpen(1);
    await record('empty', 1);
    await reader.until(1, 1_000);
    expect(reader.ids).toEqual([0]);
  });

  it('waits before what cannot be read, says so once, and leaves nothing out', async () => {
    await make('garbled');
    const live = read('garbled');
    await untilOpen(1);
    const restore = await garble(server.database.ownerUrl, 'illegible');
    await record('garbled', 1, { id: 'illegible' });
    await record('garbled', 1);
    const late = read('garbled');
    const saysSo = () => server.said.filter((line) => line.includes('The stream of garbled'));
    for (let i = 0; i < 100 && saysSo().length < 1; i++) await sleep(20);
    await sleep(1_500);
    expect(saysSo()).toEqual([expect.stringContaining('SyntaxError')]);
    await restore();
    await record('garbled', 1);
    await Promise.all([live.until(3), late.until(3)]);
    server.said.splice(0);
    for (const { ids } of [live, late]) expect(ids).toEqual(upTo(3));
  });

  it('is the same sequence for 200 readers who come at any time while much is recorded', async () => {
    await make('crowd');
    const size = 600;
    const recording = (async () => {
      for (let done = 0; done < size; done += 30) await record('crowd', 30, { text: 'x'.repeat(200) });
    })();
    const crowd: EventReader[] = [];
    for (let i = 0; i < 200; i++) {
      crowd.push(read('crowd'));
      if (i % 20 === 0) await sleep(10);
    }
    await recording;
    await Promise.all(crowd.map((reader) => reader.until(size, 30_000)));
    await sleep(100);
    for (const { ids } of crowd) expect(ids).toEqual(upTo(size));
    expect(new Set(crowd.map(({ events }) => JSON.stringify(events))).size).toBe(1);
  }, 60_000);

  it('has no gap and no duplicate for a reader that is cut again and again', async () => {
    await make('cut');
    const size = 400;
    let recorded = false;
    const recording = (async () => {
      for (let done = 0; done < size; done += 8) await record('cut', 8);
      recorded = true;
    })();
    const ids: number[] = [];
    while (!recorded || ids.length < size) {
      const headers = ids.length === 0 ? {} : { 'last-event-id': String(ids.at(-1)) };
      const reader = read('cut', '', headers);
      await Promise.race([reader.until(1 + (ids.length % 37)), sleep(500)]);
      reader.close();
      ids.push(...reader.ids);
    }
    await recording;
    expect(ids).toEqual(upTo(size));
  }, 60_000);

  it('drops a reader that does not read, and loses it nothing; the others notice nothing', async () => {
    await make('slow');
    const { hostname, port } = new URL(server.url);
    const socket = net.connect(Number(port), hostname);
    socket.write('GET /v1/timelines/slow/stream HTTP/1.1\r\nHost: x\r\n\r\n');
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toContain('200 OK');
    socket.pause();
    const swift = read('slow');
    await untilOpen(2);
    const size = 800;
    for (let done = 0; done < size; done += 20) await record('slow', 20, { text: 'x'.repeat(15_000) });
    await swift.until(size, 30_000);
    expect(swift.ids).toEqual(upTo(size));
    await untilOpen(1);
    let text = first.toString();
    socket.resume().on('data', (chunk) => (text += chunk));
    await once(socket, 'close');
    const seen = [...text.matchAll(/id: (\d+)\nevent: development\ndata: .*\n\n/g)].map(([, id]) =>
      Number(id),
    );
    expect(seen.length).toBeLessThan(size);
    expect(seen).toEqual(upTo(seen.length));
    const again = read('slow', '', { 'last-event-id': String(seen.at(-1)) });
    await again.until(size - seen.length, 30_000);
    expect(again.ids).toEqual(upTo(size, seen.length));
  }, 60_000);

  it('has so many readers for one caller, and so many in all, and says so to those beyond', async () => {
    const crowd = Array.from({ length: limits.perCaller }, () => read('story'));
    await Promise.all(crowd.map((reader) => reader.until(3)));
    const { body, headers } = await server.http.get('/v1/timelines/story/stream').expect(429);
    expect(body).toMatchObject({ code: 'too-many-streams', detail: expect.stringContaining('210') });
    expect(headers['retry-after']).toMatch(/^\d+$/);
    crowd[0]!.close();
    await untilOpen(limits.perCaller - 1);
    await read('story').until(3);
    const streams = server.app.get(OpenStreams);
    const ends = Array.from({ length: 10 }, (_, i) =>
      streams.admit({ keyId: undefined, address: `10.0.0.${i}` }, () => undefined),
    );
    expect(() => streams.admit({ keyId: 'one-more', address: '' }, () => undefined)).toThrow(/220/);
    for (const end of ends) end();
  }, 30_000);

  it('counts those of one IPv6 network as one caller’s', () => {
    const streams = new OpenStreams({ perCaller: 2, inAll: 10 });
    const open = (address: string) => streams.admit({ keyId: undefined, address }, () => undefined);
    open('2001:db8:0:7::1');
    open('2001:db8:0:7::2');
    expect(() => open('2001:db8:0:7:8::3')).toThrow(/2 long answers/);
    open('2001:db8:0:8::1');
  });

  it('ends the streams of a key that counts no more, and no others', async () => {
    const streams = server.app.get(OpenStreams);
    const closed: string[] = [];
    const [first, second, other] = ['a', 'a', 'b'].map((keyId) =>
      streams.admit({ keyId, address: '' }, () => closed.push(keyId)),
    );
    expect(streams.keyIds.sort()).toEqual(['a', 'b']);
    streams.closeOf('a');
    expect(closed).toEqual(['a', 'a']);
    first!();
    // What does not end when it is told to is told again, and counts.
    expect(streams.size).toBe(2);
    streams.closeOf('a');
    expect(closed).toEqual(['a', 'a', 'a']);
    second!();
    other!();
    expect([streams.size, streams.keyIds]).toEqual([0, []]);
  });

  it('gives whose key is revoked nothing more of what waits to be read', async () => {
    await make('stalled');
    const { id, authorization } = await server.makeKey('reader');
    const { hostname, port } = new URL(server.url);
    const socket = net.connect(Number(port), hostname).on('error', () => undefined);
    socket.write(
      `GET /v1/timelines/stalled/stream HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`,
    );
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toContain('200 OK');
    socket.pause();
    const swift = read('stalled');
    const size = 60;
    for (let done = 0; done < size; done += 20) await record('stalled', 20, { text: 'x'.repeat(15_000) });
    await swift.until(size);
    await server.http.delete(`/v1/keys/${id}`).expect(200);
    await untilOpen(1);
    let text = '';
    socket.resume().on('data', (chunk) => (text += chunk));
    await once(socket, 'close');
    const seen = [...text.matchAll(/id: (\d+)\nevent: development/g)];
    expect(seen.length).toBeLessThan(size / 2);
  });

  it.each([
    ['nobody/stream', {}, 404, 'unknown-timeline'],
    ['story/stream?after=x', {}, 400, 'invalid-parameter'],
    ['story/stream?after=-2', {}, 400, 'invalid-parameter'],
    ['story/stream?after=3', {}, 400, 'invalid-parameter'],
    ['story/stream?since=0', {}, 400, 'invalid-parameter'],
    ['story/stream', { 'last-event-id': '3' }, 400, 'invalid-header'],
    ['story/stream', { 'last-event-id': '-1' }, 400, 'invalid-header'],
    ['story/stream', { 'last-event-id': 'x' }, 400, 'invalid-header'],
  ])('refuses %s with %j', async (path, headers, status, code) => {
    const { body } = await server.http.get(`/v1/timelines/${path}`).set(headers).expect(status);
    expect(body.code).toBe(code);
  });

  it('tells its headers to who asks for them alone', async () => {
    const { headers } = await server.http.head('/v1/timelines/story/stream').expect(200);
    expect(headers['content-type']).toBe('text/event-stream');
    expect(server.app.get(OpenStreams).size).toBe(0);
  });

  it('was never at a loss', () => {
    expect(server.said).toEqual([]);
  });
});

describe('a service that stops', () => {
  it('ends its streams at once', async () => {
    const server = await startTestServer();
    await server.http.post('/v1/timelines').send(timeline).expect(201);
    await server.http.post('/v1/timelines/story/developments').send(development()).expect(201);
    const reader = new EventReader(`${server.url}/v1/timelines/story/stream`);
    await reader.until(1);
    const began = performance.now();
    await server.close();
    await reader.ended;
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
