import type { PoolClient, QueryConfig } from 'pg';
import type { EntryBytes } from './entry.js';
import type { Head } from './head.js';
import { EndToEnd, type PackedColumns, packedRows, packRows } from './packed-rows.js';
import type { BatchPart, Place } from './proposal.js';
import type { FullTile } from './tile-tails.js';
import { tilesPart } from './write-tiles.js';

export interface PlannedEntry extends EntryBytes, Place {
  id: string;
  stream: string;
  /** Written in a transaction with the destruction of what it names. */
  destroys: boolean;
}

/** The channel that announces a commit: `<timeline> <size>`. A hint; polling is the truth. */
export const channel = 'dateline_ledger';

/** The statement's own parameters; a companion's follow. */
export const ownParameters = 9;

const columns: PackedColumns<PlannedEntry> = {
  leafHash: 'bytea',
  salt: 'bytea',
  entry: 'bytea',
  payload: 'bytea',
  id: 'text',
  stream: 'text',
  version: 'int4',
};

/** The new entries as `r`: positions go on from the head's. */
const rows = packedRows(columns, { numbers: '$6::int8[]', count: '$8::int4', bytes: '$7::bytea' });

/**
 * One batch in one statement, one round trip and one commit.
 *
 * The update of the head is the fence: everything else happens only if the head still is where the batch was
 * planned (size and tip; the size alone could be met by another process's batch of equal length), and what is
 * derived is written where the companion thinks it is (epoch). The rows come packed (see packRows), since JSON would
 * have to escape and hex to double them. `batch` is for companions, and costs nothing where none asks for it.
 */
function batchSql(parts: BatchPart[]): string {
  return `
with head as (
  update ledger_head
  set size = size + $8::int4, tip = $4::bytea, recorded_at = $5::int8
  where timeline = $1 and size = $2::int8 and tip = $3::bytea and epoch = $9::int4
  returning timeline, size
), batch as (
  select $2::int8 + i as position, id from ${rows} r where exists (select from head)
), entries as (
  insert into ledger_entry (timeline, position, recorded_at, leaf_hash, entry)
  select $1, $2::int8 + i, $5::int8, "leafHash", entry
  from ${rows} r where exists (select from head)
), payloads as (
  insert into ledger_payload (timeline, position, id, stream, version, salt, payload)
  select $1, $2::int8 + i, id, stream, version, salt, payload
  from ${rows} r where exists (select from head)
)${parts.map(({ sql }) => (sql === '' ? '' : `, ${sql}`)).join('')}
select pg_notify('${channel}', timeline || ' ' || size) from head`;
}

/** The statement that writes a planned batch behind `from`. */
export function batchQuery(
  from: Head,
  entries: PlannedEntry[],
  fullTiles: FullTile[],
  derived: BatchPart,
): QueryConfig {
  const last = entries.at(-1)!;
  const end = new EndToEnd();
  const numbers = packRows(entries, columns, end);
  const tiles = tilesPart(fullTiles, ownParameters + derived.values.length + 1);
  return {
    name: `append-batch ${derived.shape} ${tiles.shape}`,
    text: batchSql([derived, tiles]),
    values: [
      last.timeline,
      from.size,
      from.tip,
      last.leafHash,
      last.recordedAt,
      numbers,
      end.bytes(),
      entries.length,
      from.epoch,
      ...derived.values,
      ...tiles.values,
    ],
  };
}

/** Sends a planned batch. False when the head has moved: nothing was written then. */
export async function writeBatch(client: PoolClient, query: QueryConfig): Promise<boolean> {
  const { rowCount } = await client.query(query);
  return rowCount === 1;
}

/**
 * Whether a batch failed because one of its ids, or a version of one of its streams, stands in the ledger already. In a
 * distributed table the constraint's name carries the shard.
 */
export function isTaken(error: Error): boolean {
  const { code, constraint = '' } = error as { code?: string; constraint?: string };
  return code === '23505' && /^ledger_payload_(id|version)(_\d+)?$/.test(constraint);
}
