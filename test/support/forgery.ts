import pg from 'pg';
import { builtInKinds } from '#libs/chronology';
import { createPool, silentLog } from '#libs/database';
import { canonicalJson, entryBytes, payloadDigest, readHead } from '#libs/ledger';
import { indexLog, refoldMatter } from '#libs/situations';
import { hashSize, leafHash, subtreeRoot, tileWidth } from '#libs/transparency';
import { testCluster } from './database.js';

/** In a session that no trigger speaks in. */
async function asSuperuser<T>(databaseUrl: string, work: (superuser: pg.Client) => Promise<T>): Promise<T> {
  const url = new URL(testCluster().adminUrl);
  url.pathname = new URL(databaseUrl).pathname;
  const superuser = new pg.Client({ connectionString: url.href });
  await superuser.connect();
  try {
    await superuser.query('set session_replication_role = replica');
    return await work(superuser);
  } finally {
    await superuser.end();
  }
}

/**
 * Has the payload of an id that is recorded from now on stand there as no JSON.
 * @returns to be called to have it as it was recorded
 */
export async function garble(ownerUrl: string, id: string): Promise<() => Promise<void>> {
  await asSuperuser(ownerUrl, async (superuser) => {
    await superuser.query(`
      create function garble() returns trigger language plpgsql as
      $$ begin new.payload := '{'::bytea || new.payload; return new; end $$`);
    await superuser.query(`
      create trigger garble before insert on ledger_payload
      for each row when (new.id = '${id}') execute function garble()`);
  });
  return () =>
    asSuperuser(ownerUrl, async (superuser) => {
      await superuser.query('drop function garble cascade');
      await superuser.query('update ledger_payload set payload = substring(payload from 2) where id = $1', [
        id,
      ]);
    });
}

/**
 * Rewrites what was recorded at a position, and everything that follows from it: payload, entry, leaf hash, tile, head,
 * slots and index. Nothing that is in the database then tells that it was ever otherwise.
 */
export async function forge(
  ownerUrl: string,
  timeline: string,
  position: number,
  change: (content: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const matter = await asSuperuser(ownerUrl, (owner) => forgeLedger(owner, timeline, position, change));
  const pool = createPool({ url: ownerUrl, applicationName: 'forger', log: silentLog });
  const client = await pool.connect();
  try {
    const { size } = await readHead(client, timeline);
    await refoldMatter(client, { timeline, matter, size, builtIn: builtInKinds });
    for (const table of ['development', 'log_index'])
      await client.query(`delete from ${table} where timeline = $1`, [timeline]);
    await indexLog(pool, timeline, size);
  } finally {
    client.release();
    await pool.end();
  }
}

/** @returns the matter */
async function forgeLedger(
  owner: pg.Client,
  timeline: string,
  position: number,
  change: (content: Record<string, unknown>) => Record<string, unknown>,
): Promise<string> {
  const { rows } = await owner.query<{ entry: Buffer; salt: Buffer; payload: Buffer }>(
    `select entry, salt, payload from ledger_entry join ledger_payload using (timeline, position)
     where timeline = $1 and position = $2`,
    [timeline, position],
  );
  const { entry, salt, payload } = rows[0]!;
  const content = change(JSON.parse(payload.toString()));
  const forged = Buffer.from(canonicalJson(content));
  const fields = JSON.parse(entry.toString()) as { recordedAt: string; recordedBy: string };
  const sealed = entryBytes({
    timeline,
    position,
    recordedBy: fields.recordedBy,
    recordedAt: Date.parse(fields.recordedAt),
    payloadDigest: payloadDigest(salt, forged),
  });
  const leaf = leafHash(sealed);
  const at = [timeline, position];
  await owner.query('update ledger_payload set payload = $3 where timeline = $1 and position = $2', [
    ...at,
    forged,
  ]);
  await owner.query(
    'update ledger_entry set entry = $3, leaf_hash = $4 where timeline = $1 and position = $2',
    [...at, sealed, leaf],
  );
  await owner.query('update ledger_head set tip = $3 where timeline = $1 and size = $2::int8 + 1', [
    ...at,
    leaf,
  ]);
  await forgeTile(owner, timeline, position, leaf);
  return content['matter'] as string;
}

/** Of the lowest level: no ledger here has 65,536 entries. */
async function forgeTile(owner: pg.Client, timeline: string, position: number, leaf: Buffer): Promise<void> {
  const index = Math.floor(position / tileWidth);
  const where = 'timeline = $1 and level = 0 and index = $2';
  const { rows } = await owner.query<{ hashes: Buffer }>(`select hashes from ledger_tile where ${where}`, [
    timeline,
    index,
  ]);
  const hashes = rows[0]?.hashes;
  if (!hashes) return;
  leaf.copy(hashes, (position % tileWidth) * hashSize);
  const all = Array.from({ length: tileWidth }, (_, i) => hashes.subarray(i * hashSize, (i + 1) * hashSize));
  await owner.query(`update ledger_tile set hashes = $3, root = $4 where ${where}`, [
    ...[timeline, index],
    hashes,
    subtreeRoot(all),
  ]);
}
