import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import type { TestServer } from '../support/server.js';
import { timeline } from './development.js';

/** What is done for one request, in order: statements sent to the database, and hashes. */
const done = new AsyncLocalStorage<string[]>();

// Looked at on the way, and then done as ever.
const crypto = await import('node:crypto');
jest.unstable_mockModule('node:crypto', () => {
  const watched =
    (name: 'hash' | 'createHash' | 'createHmac') =>
    (algorithm: string, ...rest: unknown[]) => {
      done.getStore()?.push(`${name} ${algorithm}`);
      return (crypto[name] as (...all: unknown[]) => unknown)(algorithm, ...rest);
    };
  const all = {
    ...crypto,
    hash: watched('hash'),
    createHash: watched('createHash'),
    createHmac: watched('createHmac'),
  };
  return { ...all, default: all };
});
const { startTestServer } = await import('../support/server.js');

let server: TestServer;

beforeAll(async () => {
  const query = pg.Client.prototype.query as (...all: unknown[]) => unknown;
  jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [asked] = args as [string | { name?: string; text: string }];
    done.getStore()?.push(typeof asked === 'string' ? asked : (asked.name ?? asked.text));
    return query.apply(this, args);
  });
  server = await startTestServer();
  for (const [slug, visibility] of Object.entries({ open: 'public', closed: 'private' }))
    await server.http
      .post('/v1/timelines')
      .send({ ...timeline, slug, visibility })
      .expect(201);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await server.close();
});

/** All that the service does between a request and its answer; what it notes for later is not for the asker to see. */
async function workOf(slug: string, key: string | undefined, expected: number): Promise<string[]> {
  const work: string[] = [];
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  // Asked within: an injected request begins when somebody waits for it.
  const answer = await done.run(
    work,
    async () => await server.app.inject({ method: 'GET', url: `/v1/timelines/${slug}`, headers }),
  );
  expect(answer.statusCode).toBe(expected);
  return work;
}

/** Keys that are not taken, for three reasons. */
async function notTaken(): Promise<Record<string, string>> {
  const [revoked, expired] = await Promise.all([
    server.makeKey('reader'),
    server.makeKey('reader', { expiresAt: Date.now() - 1 }),
  ]);
  await server.http.delete(`/v1/keys/${revoked.id}`);
  const { makeKeyText } = await import('#libs/access');
  return { never: makeKeyText('reader', crypto.randomBytes), revoked: revoked.text, expired: expired.text };
}

describe('the work that an answer takes', () => {
  it('is the same hashes and one look-up for a key that never was, a revoked one and an expired one, each time', async () => {
    const keys = await notTaken();
    for (const slug of ['open', 'closed', 'nobody']) {
      for (const [why, key] of Object.entries(keys)) {
        for (let n = 0; n < 3; n++) {
          const work = (await workOf(slug, key, 401)).filter((each) => !/^(begin|commit)$/i.test(each));
          // The second hash is the trail's, of every key that is not taken.
          const due = ['hash sha256', 'find-usable-key', 'hash sha256'];
          expect([why, slug, work]).toEqual([why, slug, due]);
        }
      }
    }
  });

  it('is the same for a private timeline and for none, with no key and with one of another, each time', async () => {
    const { text } = await server.makeKey('reader', { timelines: ['another'] });
    for (const key of [undefined, text]) {
      // What a key may do is remembered for a second, whatever it asks for.
      if (key) await workOf('open', key, 200);
      for (let n = 0; n < 3; n++) {
        const [closed, nobody] = [await workOf('closed', key, 404), await workOf('nobody', key, 404)];
        expect(nobody).toEqual(closed);
        expect(closed.length).toBeGreaterThan(0);
      }
    }
  });

  it('shows, to the one who looks, where a key is taken', async () => {
    const { text } = await server.makeKey('reader');
    const work = await workOf('closed', text, 200);
    expect(work.slice(0, 2)).toEqual(['hash sha256', 'find-usable-key']);
    expect(work.length).toBeGreaterThan(2);
  });
});
