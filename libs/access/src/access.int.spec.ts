import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { createPool, silentLog } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import {
  type Access,
  type Actor,
  commandLine,
  isKeyText,
  keyDigest,
  openAccess,
  readGateEvents,
  readKeys,
  recordGateEvent,
} from './index.js';
import type { FailedCall } from './failed-calls.js';

let database: TestDatabase;
let now = 1_000_000_000_000;
/** Two processes, as it were, each with connections of its own. */
let here: Access;
let there: Access;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  const open = () => {
    const made = createPool({ url: database.url, applicationName: 'gate', log: silentLog, max: 4 });
    return { pool: made, access: openAccess({ pool: made, clock: () => now, random: randomBytes }) };
  };
  ({ pool, access: here } = open());
  there = open().access;
  await Promise.all([here.listen(), there.listen()]);
});
afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await Promise.all([here.pool.end(), there.pool.end()]);
  await database.drop();
});
beforeEach(() => {
  now += 60_000;
});

const make = (given: Partial<Parameters<Access['keys']['create']>[0]> = {}, actor: Actor = commandLine) =>
  here.keys.create(
    { role: 'recorder', timelines: ['story'], label: 'wire desk', expiresAt: null, ...given },
    actor,
  );
const grantOf = async ({ keyring }: Access, text: string) => {
  const digest = keyDigest(text);
  return keyring.recall(digest) ?? (await keyring.lookUp(digest));
};
const eventually = async (check: () => Promise<void>) => {
  for (let left = 50; ; left--) {
    try {
      return await check();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(50);
    }
  }
};

describe('a key', () => {
  it('is told once, and its digest alone is kept', async () => {
    const { text, record } = await make();
    expect(isKeyText(text)).toBe(true);
    expect(record).toMatchObject({ role: 'recorder', timelines: ['story'], createdBy: 'command-line' });
    const { rows } = await pool.query(
      'select access_key::text as row, (select string_agg(e::text, $1) from gate_event e) as events from access_key',
      ['\n'],
    );
    expect(JSON.stringify(rows)).not.toContain(text.slice(5, 27));
  });

  it('stands for its grant, and for nothing that nobody made', async () => {
    const { text, record } = await make();
    expect(await grantOf(here, text)).toEqual({
      keyId: record.id,
      role: 'recorder',
      scope: new Set(['story']),
    });
    expect(await grantOf(here, text.replace('_c_', '_a_'))).toBeUndefined();
  });

  it('is refused in the process that revoked it before that is answered, and in others soon after', async () => {
    const { text, record } = await make();
    await grantOf(here, text);
    await grantOf(there, text);
    await here.keys.revoke(record.id, commandLine);
    expect(await grantOf(here, text)).toBeUndefined();
    await eventually(async () => expect(await grantOf(there, text)).toBeUndefined());
  });

  it('is not believed again by a look-up that began before it was revoked', async () => {
    const { text, record } = await make();
    const asked = here.keyring.lookUp(keyDigest(text));
    await here.keys.revoke(record.id, commandLine);
    await asked;
    expect(await grantOf(here, text)).toBeUndefined();
  });

  it('is refused within a second also where no notice arrives', async () => {
    const { text, record } = await make();
    await grantOf(there, text);
    await pool.query('update access_key set revoked_at = $2 where id = $1', [record.id, now]);
    expect(there.keyring.recall(keyDigest(text))).toBeDefined();
    await sleep(1_050);
    expect(await grantOf(there, text)).toBeUndefined();
  });

  it('is refused from the moment it expires', async () => {
    const { text } = await make({ expiresAt: now + 10 });
    expect(await grantOf(here, text)).toBeDefined();
    now += 10;
    expect(await grantOf(here, text)).toBeUndefined();
  });

  it('is replaced by one with the same grant, and taken for the overlap yet', async () => {
    const { text, record } = await make();
    const next = await here.keys.rotate(record.id, 500, commandLine);
    expect(next.record).toMatchObject({ role: 'recorder', timelines: ['story'], label: 'wire desk' });
    expect(await grantOf(here, text)).toBeDefined();
    now += 500;
    expect(await grantOf(here, text)).toBeUndefined();
    expect(await grantOf(here, next.text)).toMatchObject({ keyId: next.record.id });
    await expect(here.keys.rotate(record.id, 0, commandLine)).rejects.toMatchObject({ code: 'key-ended' });
  });

  it('can neither make nor know of keys beyond its own timelines', async () => {
    const actor = { ...commandLine, scope: new Set(['story']) };
    await expect(make({ timelines: ['story', 'other'] }, actor)).rejects.toMatchObject({
      code: 'key-too-wide',
    });
    await expect(make({ timelines: null }, actor)).rejects.toMatchObject({ code: 'key-too-wide' });
    const wider = await make({ timelines: ['story', 'other'] });
    for (const change of [
      here.keys.revoke(wider.record.id, actor),
      here.keys.rotate(wider.record.id, 0, actor),
    ]) {
      await expect(change).rejects.toMatchObject({ code: 'unknown-key' });
    }
    const known = await readKeys(pool, { scope: actor.scope, limit: 1000 });
    expect(new Set(known.flatMap(({ timelines }) => timelines))).toEqual(new Set(['story']));
  });

  it('keeps when it was last used, at most once a minute', async () => {
    const { text, record } = await make();
    const lastUse = async () => {
      const { rows } = await pool.query('select last_used_at as at from access_key where id = $1', [
        record.id,
      ]);
      return rows[0].at as number | null;
    };
    const first = now;
    await grantOf(here, text);
    await eventually(async () => expect(await lastUse()).toBe(first));
    now += 1_000;
    here.keyring.forget();
    await grantOf(here, text);
    await sleep(1_100);
    expect(await lastUse()).toBe(first);
  });

  it('ends the streams that were opened with it, when revoked and when expired', async () => {
    const ended: string[] = [];
    const revoked = await make();
    const expiring = await make({ expiresAt: now + 5_000 });
    const other = await make();
    const open = new Map(
      Object.entries({ revoked, expiring, other }).map(([name, { record }]) => [record.id, name]),
    );
    there.keyring.endWithKeys({
      get keyIds() {
        return [...open.keys()];
      },
      closeOf(id) {
        ended.push(open.get(id)!);
        open.delete(id);
      },
    });
    await here.keys.revoke(revoked.record.id, commandLine);
    await eventually(async () => expect(ended).toEqual(['revoked']));
    now += 5_000;
    await eventually(async () => expect(ended).toEqual(['revoked', 'expiring']));
  });
});

describe('the first key', () => {
  it('is made once, by one of several that start at once, and not where it could not be kept', async () => {
    const empty = await createTestDatabase();
    const fresh = createPool({ url: empty.url, applicationName: 'gate', log: silentLog });
    const { keys, close } = openAccess({ pool: fresh, clock: () => now, random: randomBytes });
    const full = () => Promise.reject(new Error('no space left'));
    await expect(keys.makeFirstAdmin(full)).rejects.toThrow('no space left');
    const kept: string[] = [];
    const starts = Array.from({ length: 4 }, () => keys.makeFirstAdmin(async (text) => void kept.push(text)));
    expect((await Promise.all(starts)).filter(Boolean)).toEqual([true]);
    expect(kept).toEqual([expect.stringMatching(/^dl_a_/)]);
    await close();
    await fresh.end();
    await empty.drop();
  });
});

describe('what an answer’s time could tell', () => {
  it('is the same for keys that never were, revoked ones and expired ones: one look-up each, never remembered', async () => {
    const revoked = await make();
    await here.keys.revoke(revoked.record.id, commandLine);
    const expired = await make({ expiresAt: now - 1 });
    const never = { text: revoked.text.replace('_c_', '_r_') };
    const queries: string[] = [];
    const watched = new Proxy(pool, {
      get: (target, name) =>
        name === 'query'
          ? (...args: [{ name: string }]) => {
              queries.push(args[0].name);
              return (target.query as (...all: unknown[]) => unknown)(...args);
            }
          : Reflect.get(target, name),
    });
    const access = openAccess({ pool: watched, clock: () => now, random: randomBytes });
    const seen: string[][] = [];
    for (const { text } of [revoked, expired, never]) {
      queries.length = 0;
      for (let n = 0; n < 3; n++) expect(await grantOf(access, text)).toBeUndefined();
      seen.push([...queries]);
    }
    await access.close();
    expect(new Set(seen.map((each) => each.join()))).toEqual(
      new Set([Array(3).fill('find-usable-key').join()]),
    );
  });
});

describe('the trail of the gate', () => {
  const events = (filter: object = {}) => readGateEvents(pool, { scope: null, limit: 1000, ...filter });
  const failed = (given: Partial<FailedCall> = {}): FailedCall => ({
    ...{ action: 'unauthenticated', code: 'unauthenticated', at: now, keyId: null },
    ...{ route: 'GET /v1/keys', address: '192.0.2.1', ...given },
  });

  it('has every change of keys, with who made it', async () => {
    const from = now;
    const { record } = await make();
    const { record: next } = await here.keys.rotate(record.id, 0, {
      ...commandLine,
      by: 'chief',
      keyId: 'chief',
    });
    await here.keys.revoke(next.id, commandLine);
    const made = await events({ from });
    expect(made.map(({ action, detail }) => [action, detail['key'], detail['by']])).toEqual([
      ['key-revoked', next.id, 'command-line'],
      ['key-rotated', next.id, 'chief'],
      ['key-created', record.id, 'command-line'],
    ]);
    expect(made.map(({ timeline }) => timeline)).toEqual(['story', 'story', 'story']);
  });

  it('counts the same failed call within a minute, and names the key where there is one', async () => {
    const from = now;
    const { text, record } = await make();
    await here.keys.revoke(record.id, commandLine);
    const call = failed({ digest: keyDigest(text) });
    for (let n = 0; n < 1000; n++) here.failedCalls.note(call);
    await here.failedCalls.write();
    for (let n = 0; n < 500; n++) here.failedCalls.note({ ...call, at: now + 59_999 });
    here.failedCalls.note({ ...call, at: now + 60_000 });
    await here.failedCalls.write();
    const noted = await events({ from, action: 'unauthenticated' });
    expect(noted.map(({ times, keyId, lastAt }) => [times, keyId, lastAt])).toEqual([
      [1, record.id, now + 60_000],
      [1500, record.id, now + 59_999],
    ]);
    now += 120_000;
  });

  it('has at most 101 rows a minute of failed calls, whoever makes how many, and counts all of them', async () => {
    const from = now;
    for (let n = 0; n < 5000; n++) here.failedCalls.note(failed({ address: `2001:db8::${n.toString(16)}` }));
    await here.failedCalls.write();
    const noted = await events({ from });
    expect(noted).toHaveLength(101);
    expect(noted.reduce((sum, { times }) => sum + times, 0)).toBe(5000);
    expect(noted.filter(({ detail }) => detail['code'] === 'many')).toMatchObject([{ times: 4900 }]);
  });

  it('is read by timeline, action, key and time, and page by page', async () => {
    const from = now;
    for (const timeline of ['a', 'b', null]) {
      await recordGateEvent(pool, { action: 'export', at: now++, keyId: `key-${timeline}`, timeline });
    }
    const ids = async (filter: object) => (await events({ from, ...filter })).map(({ keyId }) => keyId);
    expect(await ids({})).toEqual(['key-null', 'key-b', 'key-a']);
    expect(await ids({ scope: new Set(['a', 'c']) })).toEqual(['key-a']);
    expect(await ids({ timeline: 'b' })).toEqual(['key-b']);
    expect(await ids({ keyId: 'key-null' })).toEqual(['key-null']);
    expect(await ids({ action: 'import' })).toEqual([]);
    expect(await ids({ to: from + 1 })).toEqual(['key-a']);
    const [first] = await events({ from, limit: 1 });
    expect(await ids({ before: first })).toEqual(['key-b', 'key-a']);
  });

  it('has an event with a name once, as it was written first, and tells it from others', async () => {
    const from = now;
    const write = (keyId: string, at: number, name?: string) =>
      recordGateEvent(pool, { action: 'redaction', at, keyId }, name);
    await write('first', from, 'story 7');
    await write('second', from, 'story 7');
    await write('another', from, 'story 8');
    await write('later', from + 1, 'story 7');
    for (let n = 0; n < 2; n++) await write('without', from + 2);
    const keys = (await events({ from })).map(({ keyId, times }) => `${keyId} ${times}`);
    expect(keys.sort()).toEqual(['another 1', 'first 1', 'later 1', 'without 1', 'without 1']);
  });

  it('cannot be rewritten by the service’s role, and forgets failed calls alone', async () => {
    await expect(pool.query('delete from gate_event')).rejects.toMatchObject({ code: '42501' });
    await expect(pool.query(`update gate_event set action = 'export'`)).rejects.toMatchObject({
      code: '42501',
    });
    const before = await events();
    await pool.query('select forget_failed_calls()');
    const after = await events();
    const old = Date.now() - 30 * 86_400_000;
    const isFailed = (action: string) => ['unauthenticated', 'call-denied'].includes(action);
    expect(after).toEqual(before.filter(({ action, lastAt }) => !isFailed(action) || lastAt >= old));
    expect(after.length).toBeLessThan(before.length);
  });
});
