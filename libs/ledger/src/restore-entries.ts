import type { PoolClient } from 'pg';
import { NothingToDestroy } from './errors.js';
import type { StoredEntry } from './proposal.js';
import { redact } from './redact.js';

/** Stands for a destroyed payload until its redaction is restored, which destroys it as it did the real one. */
const destroyed = { payload: Buffer.from('{"type":"destroyed"}'), salt: Buffer.alloc(32) };

/**
 * Puts entries that were sealed elsewhere behind a ledger, byte for byte, in the caller's transaction. Whoever calls has
 * checked them, and holds the ledger alone: nobody else may append to it meanwhile. The head moves with them; full
 * tiles are left to `completeTiles`. What was destroyed must be named by a redaction among the entries, or among those of
 * a later call.
 * @param isRedaction whether an entry's content names an earlier one, whose content goes with it
 * @throws NothingToDestroy where a redaction names nothing that stands before it and can be destroyed
 */
export async function restoreEntries<Entry extends StoredEntry>(
  client: PoolClient,
  timeline: string,
  entries: Entry[],
  isRedaction: (entry: Entry) => boolean,
): Promise<void> {
  const last = entries.at(-1);
  if (!last) return;
  const parts: Buffer[] = [];
  let at = 1;
  const rows = entries.map(
    ({ position, recordedAt, id, stream, version, leafHash, entry, payload, salt }) => {
      const content = payload && salt ? { payload, salt } : destroyed;
      const own = [leafHash, content.salt, entry, content.payload];
      parts.push(...own);
      const row = { position, at, entry: entry.length, payload: content.payload.length };
      at += own.reduce((length, part) => length + part.length, 0);
      return { ...row, recorded: recordedAt, id, stream, version };
    },
  );
  await client.query({
    name: 'restore-entries',
    text: `
      with batch as materialized (
        select * from json_to_recordset($2::json)
          as r(position int8, recorded int8, id text, stream text, version int4, at int4, entry int4, payload int4)
      ), entries as (
        insert into ledger_entry (timeline, position, recorded_at, leaf_hash, entry)
        select $1, position, recorded, substring($3::bytea from at for 32), substring($3 from at + 64 for entry)
        from batch
      ), payloads as (
        insert into ledger_payload (timeline, position, id, stream, version, salt, payload)
        select $1, position, id, stream, version,
          substring($3 from at + 32 for 32), substring($3 from at + 64 + entry for payload)
        from batch
      )
      update ledger_head set size = $4, tip = $5, recorded_at = $6 where timeline = $1`,
    values: [
      timeline,
      JSON.stringify(rows),
      Buffer.concat(parts, at - 1),
      last.position + 1,
      last.leafHash,
      last.recordedAt,
    ],
  });
  // What a redaction names stands before it.
  for (const { position } of entries.filter(isRedaction)) {
    if ((await redact(client, timeline, position)) === null) throw new NothingToDestroy();
  }
}
