import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import net from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { OpenStreams } from '../../apps/server/src/http/open-streams.js';
import { histories, toPosts, turningPoints } from '../support/random-history.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { run } from '../support/service-process.js';
import { development, timeline } from './development.js';

let server: TestServer;
let serial = 0;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function post(bodies: object[]): Promise<string> {
  const slug = `replayed-${serial++}`;
  await server.http
    .post('/v1/timelines')
    .send({ ...timeline, slug })
    .expect(201);
  for (let from = 0; from < bodies.length; from += 1000) {
    const some = bodies.slice(from, from + 1000);
    await server.http.post(`/v1/timelines/${slug}/developments`).send(some).expect(201);
  }
  return `/v1/timelines/${slug}`;
}

async function textOf(address: string): Promise<string> {
  const { text } = await server.http
    .get(address)
    .buffer(true)
    .parse((answer, done) => {
      let all = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (all += chunk));
      answer.on('end', () => done(null, all));
    })
    .expect(200)
    .then(({ body }) => ({ text: body as string }));
  return text;
}

const instantOf = (instant: number) => new Date(instant).toISOString();

describe('a replay', () => {
  it('is the very text of the situation at any point of random histories, with any filter', async () => {
    const asked = fc.record({
      asOf: fc.nat(),
      knownAt: fc.nat(),
      filter: fc.constantFrom('', '&includeClosed=true', '&panel=forces', '&kind=claim&includeClosed=true'),
    });
    await fc.assert(
      fc.asyncProperty(
        histories({ entries: 30, matters: 4 }).filter((history) => history.length > 0),
        fc.array(asked, { minLength: 12, maxLength: 12 }),
        async (history, points) => {
          const story = await post(toPosts(history));
          const turns = turningPoints(history).filter(Number.isFinite);
          fc.pre(turns.length > 0);
          for (const { asOf, knownAt, filter } of points) {
            const at = `asOf=${instantOf(turns[asOf % turns.length]!)}&knownAt=${knownAt % history.length}${filter}`;
            const [looked, folded] = [
              await textOf(`${story}/situation?${at}`),
              await textOf(`${story}/replay?${at}`),
            ];
            expect(folded).toBe(`${looked}\n`);
          }
        },
      ),
      { numRuns: 6, endOnFailure: true },
    );
  }, 120_000);

  it('tells, development by development, the slots that stand in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories({ entries: 30, matters: 3 }).filter((history) => history.length > 0),
        async (history) => {
          const story = await post(toPosts(history));
          const text = await textOf(`${story}/replay?each=true&asOf=2025-08-29T00:00:00Z`);
          const lines = text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line));
          const steps = lines.slice(0, -1);
          expect(steps.map(({ position }) => position)).toEqual(history.map(({ position }) => position));
          const standing = new Map<string, { matter: string; validFrom: string | null }>();
          for (const { matter, closed, opened } of steps) {
            for (const { validFrom } of closed) expect(standing.delete(`${matter} ${validFrom}`)).toBe(true);
            for (const slot of opened) standing.set(`${matter} ${slot.validFrom}`, slot);
          }
          for (const matter of new Set(history.map(({ content }) => content.matter))) {
            const slots = [...standing.values()].filter((slot) => slot.matter === matter);
            if (slots.length === 0) continue;
            const { body } = await server.http
              .get(`${story}/matters/${matter}/history?limit=1000`)
              .expect(200);
            const inOrder = (a: { validFrom: string | null }, b: { validFrom: string | null }) =>
              (a.validFrom ?? '') < (b.validFrom ?? '') ? -1 : 1;
            expect(slots.sort(inOrder)).toEqual(body.items.sort(inOrder));
          }
        },
      ),
      { numRuns: 6, endOnFailure: true },
    );
  }, 120_000);

  it('differs in nothing from the situation, as docs/VERIFY.md compares them, until the read models are wrong', async () => {
    const story = await post([development({ id: 'a', occurred: '2025-08-01' })]);
    const document = await readFile(new URL('../../docs/VERIFY.md', import.meta.url), 'utf8');
    const command = /^ {4}(diff <.*)$/m.exec(document)![1]!;
    const compare = async () => {
      const spoken = command.replaceAll('localhost:3000', server.url.replace('http://', ''));
      const set = { T: story.split('/').at(-1), AT: 'asOf=2025-08-30T00:00:00Z&knownAt=0' };
      const env = { ...process.env, ...set, KEY: `authorization: ${server.admin.authorization}` };
      const { stdout } = await promisify(execFile)('bash', ['-c', `${spoken} || true`], { env });
      return stdout;
    };
    expect(await compare()).toBe('');
    const client = new pg.Client({ connectionString: server.database.ownerUrl });
    await client.connect();
    await client.query('delete from slot where timeline = $1', [story.split('/').at(-1)]);
    await client.end();
    expect(await compare()).toContain('"panels":[]');
  });

  it('needs no read model: it stays as it was when they are emptied', async () => {
    const story = await post([
      development({ id: 'a', occurred: '2025-08-01' }),
      development({ id: 'b', mode: 'planned' }),
    ]);
    const at = 'asOf=2025-08-30T00:00:00Z&knownAt=1';
    const before = await textOf(`${story}/situation?${at}`);
    const client = new pg.Client({ connectionString: server.database.ownerUrl });
    await client.connect();
    for (const table of ['matter', 'slot', 'slot_past', 'slot_state', 'note']) {
      await client.query(`delete from ${table} where timeline = $1`, [story.split('/').at(-1)]);
    }
    await client.end();
    expect(await textOf(`${story}/situation?${at}`)).not.toBe(before);
    expect(await textOf(`${story}/replay?${at}`)).toBe(`${before}\n`);
  });

  it('refuses what the situation refuses, before the first line', async () => {
    const story = await post([development({ id: 'a' })]);
    for (const [query, code] of [
      ['knownAt=7', 'invalid-parameter'],
      ['panel=farces', 'invalid-parameter'],
      ['each=yes', 'invalid-parameter'],
    ]) {
      const { body } = await server.http.get(`${story}/replay?${query}`).expect(400);
      expect(body.code).toBe(code);
    }
    await server.http.get('/v1/timelines/nobody/replay').expect(404);
  });

  it('is for auditors and admins: it tells what is withheld too', async () => {
    const story = await post([development({ id: 'a' })]);
    await (await server.as('auditor')).get(`${story}/replay`).expect(200);
    for (const role of ['reader', 'recorder'] as const) {
      await (await server.as(role)).get(`${story}/replay?each=true`).expect(403);
    }
    await server.anonymous.get(`${story}/replay`).expect(401);
  });

  it('asks proxies to pass its lines on as they come', async () => {
    const story = await post([development()]);
    const { headers } = await server.http.get(`${story}/replay`).buffer(false).expect(200);
    expect(headers).toMatchObject({ 'content-type': 'application/x-ndjson', 'x-accel-buffering': 'no' });
  });

  it('ends when whoever asked has left, and the service goes on', async () => {
    const story = await post(
      Array.from({ length: 3000 }, (_, n) => development({ id: `n${n}`, matter: `m-${n % 50}` })),
    );
    const { authorization } = server.admin;
    const request = get(`${server.url}${story}/replay?each=true`, { headers: { authorization } });
    const [answer] = await once(request, 'response');
    await once(answer, 'data');
    request.destroy();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.http.get('/health/ready').expect(200);
    expect(server.said).toEqual([]);
  });

  it('gives whose key is revoked nothing more of what waits to be read', async () => {
    const title = 'x'.repeat(500);
    const story = await post(
      Array.from({ length: 3_000 }, (_, n) => development({ matter: `m-${n}`, title })),
    );
    const { id, authorization } = await server.makeKey('auditor');
    const address = `${story}/replay?each=true&includeClosed=true`;
    const { hostname, port } = new URL(server.url);
    const socket = net.connect(Number(port), hostname).on('error', () => undefined);
    socket.write(`GET ${address} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    const whole = (await textOf(address)).length;
    await server.http.delete(`/v1/keys/${id}`).expect(200);
    const streams = server.app.get(OpenStreams);
    while (streams.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    let more = 0;
    socket.resume().on('data', (chunk) => (more += chunk.length));
    await once(socket, 'close');
    expect(more).toBeLessThan(whole / 5);
  });

  it('ends quietly where whoever reads the command has seen enough', async () => {
    const story = await post(
      Array.from({ length: 2000 }, (_, n) => development({ id: `n${n}`, matter: `m-${n % 50}` })),
    );
    const replay = run('dateline', ['replay', story.split('/').at(-1)!, '--each'], {
      DATABASE_URL: server.database.ownerUrl,
    });
    await once(replay.child.stdout!, 'data');
    replay.child.stdout!.destroy();
    let complaints = '';
    replay.child.stderr!.on('data', (said: string) => (complaints += said));
    expect(await replay.ended).toBe(0);
    expect(complaints).toBe('');
  }, 60_000);

  it('is the same from the command line, with the exit codes of any command', async () => {
    const story = await post([development({ id: 'a', occurred: '2025-08-01' })]);
    const slug = story.split('/').at(-1)!;
    const replay = (...args: string[]) =>
      run('dateline', ['replay', ...args], { DATABASE_URL: server.database.ownerUrl });
    const done = replay(slug, '--as-of', '2025-08-30T00:00:00Z', '--known-at', '0', '--include-closed');
    expect(await done.ended).toBe(0);
    const looked = await textOf(`${story}/situation?asOf=2025-08-30T00:00:00Z&knownAt=0&includeClosed=true`);
    expect(done.said()).toContain(`${looked}\n`);
    const unknown = replay('nobody');
    expect(await unknown.ended).toBe(1);
    expect(unknown.said()).toContain('there is no timeline nobody');
  }, 120_000);
});
