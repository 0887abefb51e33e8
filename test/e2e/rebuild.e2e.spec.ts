import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { loadSample } from '../../apps/server/src/load-sample.js';
import { openResources } from '../../apps/server/src/open-resources.js';
import { builtInKinds, foldVersion } from '#libs/chronology';
import { createPool, silentLog } from '#libs/database';
import { tuneForAppends } from '#libs/ledger';
import { type RebuildSettings, rebuildTimeline, returnToKept, strayedTimelines } from '#libs/situations';
import { run } from '../support/service-process.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development } from './development.js';

const slug = 'us-venezuela-2025';
const story = `/v1/timelines/${slug}`;

const nextFold = foldVersion + 1;

let server: TestServer;
let settings: RebuildSettings;
beforeEach(async () => {
  server = await startTestServer();
  await loadSample(server.app);
  const pool = createPool({ url: server.database.url, applicationName: 'test', log: silentLog });
  settings = {
    pool: tuneForAppends(pool),
    kinds: builtInKinds,
    foldVersion,
    clock: Date.now,
  };
});
afterEach(async () => {
  await settings.pool.end();
  await server.close();
});

const post = (id: string) =>
  server.http.post(`${story}/developments`).send(development({ id, matter: 'harbour' }));

/** The whole body of an answer that is pinned on both clocks, and of the same unpinned. */
async function ask(path: string): Promise<string> {
  const answer = await server.http.get(`${story}/${path}`);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.text;
}

const pinned = [
  'situation?asOf=2025-10-15T12:00:00Z&knownAt=79&includeClosed=true',
  'situation?asOf=2025-09-01T12:00:00Z&knownAt=40&includeClosed=true',
  'matters/us-reward-maduro?asOf=2025-09-01T12:00:00Z&knownAt=60',
  'matters/us-reward-maduro/history?knownAt=79',
];

describe('readers and recorders during rebuilds', () => {
  it('see the same bytes all the while, and lose nothing', async () => {
    const before = await Promise.all(pinned.map(ask));
    let over = false;
    let asked = 0;
    let recorded = 0;
    const reading = (async () => {
      while (!over) {
        expect(await Promise.all(pinned.map(ask))).toEqual(before);
        asked++;
      }
    })();
    const recording = (async () => {
      while (!over) {
        await post(`during-${recorded++}`).expect(201);
        // What was acknowledged is in the situation, whichever generation answers.
        const latest = await server.http.get(`${story}/situation?atLeast=${79 + recorded}`).expect(200);
        expect(latest.body.knownAt.position).toBe(79 + recorded);
        expect(latest.text.includes(`"lastDevelopment":"during-${recorded - 1}"`)).toBe(true);
      }
    })();
    try {
      for (let round = 0; round < 3; round++) {
        const report = await rebuildTimeline({ ...settings, entries: 20, patience: 500 }, slug);
        expect(report).toMatchObject({ differences: [], parked: [] });
        await returnToKept(settings, slug);
      }
    } finally {
      over = true;
    }
    await Promise.all([reading, recording]);
    expect(asked).toBeGreaterThan(3);
    expect(recorded).toBeGreaterThan(3);
    expect(server.said).toEqual([]);
  }, 120_000);

  it('are left in peace by a rebuild that is killed, which the next one goes on with', async () => {
    const before = await Promise.all(pinned.map(ask));
    const blocker = new pg.Client({ connectionString: server.database.url });
    await blocker.connect();
    // It comes as far as its first rows of slots, and stands there in the middle of a transaction.
    await blocker.query('begin');
    await blocker.query('lock table slot_state in share mode');
    const killed = run('dateline', ['rebuild', slug], { DATABASE_URL: server.database.ownerUrl });
    const isUnderWay = async () =>
      (await blocker.query(`select from pg_locks where relation = 'slot_state'::regclass and not granted`))
        .rowCount! > 0;
    while (!(await isUnderWay())) await sleep(50);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await blocker.query('commit');
    await blocker.end();
    expect(await Promise.all(pinned.map(ask))).toEqual(before);
    await post('after-the-kill').expect(201);

    const again = run('dateline', ['rebuild', slug, '--json'], {
      DATABASE_URL: server.database.ownerUrl,
    });
    expect([await again.ended, again.said()]).toEqual([0, expect.stringContaining('"resumed":true')]);
    const report = again
      .said()
      .split('\n')
      .find((line) => line.startsWith('{'))!;
    expect(JSON.parse(report)).toMatchObject({
      timelines: [{ timeline: slug, generation: 2, entries: 81, differences: [], healed: [], parked: [] }],
    });
    expect(await Promise.all(pinned.map(ask))).toEqual(before);
    await post('at-last').expect(201);
  }, 180_000);
});

describe('a service whose fold is newer than what is stored', () => {
  it('says so, rebuilds behind the appends, and leaves the older service to read alone', async () => {
    const before = await Promise.all(pinned.map(ask));
    const said: string[] = [];
    const log = { info: (line: string) => void said.push(line), warn: () => undefined };
    const newer = openResources(server.database.url, log, Date.now, server.signing.signing, nextFold);
    try {
      while ((await strayedTimelines(newer.readers, nextFold)).length > 0) await sleep(50);
      expect(said[0]).toContain(`earlier fold than ${nextFold}`);
      expect(await Promise.all(pinned.map(ask))).toEqual(before);
      const refused = await post('too-late').expect(503);
      expect(refused.body).toMatchObject({ code: 'fold-is-newer' });
      expect(refused.headers['retry-after']).toBeDefined();
      const ready = await server.http.get('/health/ready').expect(503);
      expect(ready.body.detail).toContain('later fold');
    } finally {
      await newer.close();
    }
  }, 60_000);
});
