import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { dateline } from '../support/dateline.js';
import { forge } from '../support/forgery.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development } from './development.js';

/** Two full tiles, and 88 entries in the third. */
const size = 600;

let server: TestServer;
let owner: pg.Client;

beforeAll(async () => {
  server = await startTestServer();
  owner = new pg.Client({ connectionString: server.database.ownerUrl });
  await owner.connect();
  for (const table of ['ledger_entry', 'ledger_payload', 'ledger_tile'])
    await owner.query(`alter table ${table} disable trigger user`);
  for (const slug of ['lost', 'cut', 'forked']) {
    const timeline = { slug, title: slug, timezone: 'UTC', visibility: 'public' };
    await server.http.post('/v1/timelines').send(timeline).expect(201);
    await post(slug, size).expect(201);
    await log(slug, 'checkpoint').expect(200);
  }
}, 60_000);
afterAll(async () => {
  await owner.end();
  await server.close();
});

let serial = 0;
function post(slug: string, count: number) {
  const bodies = Array.from({ length: count }, () =>
    development({ id: `d${serial}`, matter: `m${serial++ % 9}` }),
  );
  return server.http.post(`/v1/timelines/${slug}/developments`).send(bodies);
}
const log = (slug: string, path: string) => server.http.get(`/v1/timelines/${slug}/log/${path}`);

/** Asks for a tile that must not be answered: a full one would be kept for a year. */
async function refused(slug: string, path: string) {
  const { body, headers } = await log(slug, `tile/${path}`).expect(503);
  expect(headers['cache-control']).not.toContain('immutable');
  return body as { code: string; detail: string };
}

describe('a log that is damaged', () => {
  it('answers no bundle that lacks an entry', async () => {
    await owner.query(
      `create table aside as select * from ledger_entry where timeline = 'lost' and position = 5`,
    );
    await owner.query(`delete from ledger_entry where timeline = 'lost' and position = 5`);
    for (const path of ['entries/000', 'entries/000.p/6'])
      expect(await refused('lost', path)).toMatchObject({ code: 'tiles-missing' });
    await log('lost', 'tile/entries/000.p/5').expect(200);
    await owner.query('insert into ledger_entry select * from aside');
    await log('lost', 'tile/entries/000').expect(200);
  });

  it('says what to do where a tile is lost, and has it back when that is done', async () => {
    await owner.query(`delete from ledger_tile where timeline = 'lost' and level = 0 and index = 0`);
    const { code, detail } = await refused('lost', '0/000');
    expect(code).toBe('tiles-missing');
    expect(detail).toContain('no whole tile 0 at level 0: `dateline rebuild lost` makes tiles anew');
    const told = await dateline(
      { DATABASE_URL: server.database.ownerUrl, DATELINE_DATA: server.signing.folder },
      ...['rebuild', 'lost'],
    );
    expect(told).toMatchObject({ code: 0, said: expect.stringContaining('1 tiles of its tree made') });
    await log('lost', 'tile/0/000').expect(200);
  }, 60_000);

  it('makes a lost tile anew with what is recorded next', async () => {
    await owner.query(`delete from ledger_tile where timeline = 'lost' and level = 0 and index = 0`);
    await refused('lost', '0/000');
    await post('lost', 1).expect(201);
    await log('lost', 'proof?position=600').expect(200);
    await log('lost', 'tile/0/000').expect(200);
  });

  it('answers no tile once its tail is cut off', async () => {
    await owner.query(`delete from ledger_entry where timeline = 'cut' and position >= 590`);
    await owner.query(
      `update ledger_head h set size = 590, tip = e.leaf_hash from ledger_entry e
       where h.timeline = 'cut' and e.timeline = 'cut' and e.position = 589`,
    );
    for (const path of ['entries/002.p/88', '0/002.p/88', 'entries/000'])
      expect(await refused('cut', path)).toMatchObject({ code: 'log-inconsistent' });
    await log('cut', 'checkpoint').expect(200);
  });

  it('answers no tile of a history that was rewritten, once that is known', async () => {
    await forge(server.database.ownerUrl, 'forked', 300, (content) => ({ ...content, title: 'Another' }));
    await post('forked', 1);
    await log('forked', 'checkpoint').expect(200);
    for (const path of ['entries/001', '0/001', 'entries/000'])
      expect(await refused('forked', path)).toMatchObject({ code: 'log-inconsistent' });
    await log('forked', 'consistency?from=1').expect(503);
  });
});
