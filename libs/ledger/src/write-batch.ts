import type { PoolClient } from 'pg';
import type { SealedEntry } from './entry.js';
import type { Head } from './head.js';
import { EndToEnd } from './end-to-end.js';
import { type PackedColumns, packedRows, packRows } from './packed-rows.js';
import type { BatchPart, Place } from './proposal.js';
import type { FullTile } from './tile-tails.js';
import { tilesPart } from './write-tiles.js';

export interface PlannedEntry extends SealedEntry, Place {
  id: string;
  stream: string;
  /** Written in a transaction with the destruction of what it names. */
  destroys: boolean;
}

/** The channel that announces a commit: `<timeline> <size>`. A hint; polling is the truth. */
export const channel = 'dateline_ledger';

/** The statement's own parameters; those of its other parts follow, and last of all the bytes. */
const ownParameters = 8;

const columns: PackedColumns<PlannedEntry> = {
  leafHash: 'bytea',
  salt: 'bytea',
  entry: 'bytea',
  payload: 'bytea',
  id: 'text',
  stream: 'text',
  version: 'int4',
};

/**
 * One batch in one statement, one round trip and one commit.
 *
 * The update of the head is the fence: everything else happens only if the head still is where the batch was
 * planned (size and tip; the size alone could be met by another process's batch of equal length), and what is
 * derived is written where the companion thinks it is (epoch). The rows come packed (see packRows), since JSON would
 * have to escape and hex to double them. `batch` is for companions, and costs nothing where none asks for it.
 */
function batchSql(parts: BatchPart[], values: number): string {
  const bytes = `$${values}::bytea`;
  // The new entries: positions go on from the head's.
  const rows = packedRows(columns, { numbers: '$6::int8[]', count: '$7::int4', bytes });
  let first = ownParameters + 1;
  const others = parts.map((part) => {
    const sql = part.sql(first, bytes);
    first += part.values.length;
    return sql === '' ? '' : `, ${sql}`;
  });
  return `
with head as (
  update ledger_head
  set size = size + $7::int4, tip = $4::bytea, recorded_at = $5::int8
  where timeline = $1 and size = $2::int8 and tip = $3::bytea and epoch = $8::int4
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
)${others.join('')}
select pg_notify('${channel}', timeline || ' ' || size) from head`;
}

/** A batch that was planned behind the head `from`. */
export interface PlannedBatch {
  from: Head;
  entries: PlannedEntry[];
  /** Those that its entries complete. */
  tiles: FullTile[];
}

/** Writes the batches of one ledger: they have few shapes, and each shape one text. */
export class BatchWriter {
  private readonly texts = new Map<string, string>();

  /**
   * Sends a planned batch, with what `derive` has to write beside it. False when the head has moved: nothing was written
   * then. The client must send what it is given at once (`pipeline`).
   */
  async write(
    client: PoolClient,
    { from, entries, tiles }: PlannedBatch,
    derive: (end: EndToEnd) => BatchPart[],
  ): Promise<boolean> {
    const last = entries.at(-1)!;
    const end = new EndToEnd();
    const numbers = packRows(entries, columns, end);
    const parts = [...derive(end), tilesPart(tiles, end)];
    // The bytes come last: pg copies what stands before them each time that its message grows.
    const values = [
      last.timeline,
      from.size,
      from.tip,
      last.leafHash,
      last.recordedAt,
      numbers,
      entries.length,
      from.epoch,
      ...parts.flatMap((part) => part.values),
      end.bytes(),
    ];
    const name = `append-batch ${parts.map(({ shape }) => shape).join(' ')}`;
    const sent = client.query({ name, text: this.textOf(name, parts, values.length), values });
    // The message holds a copy of them by now.
    end.leave();
    const { rowCount } = await sent;
    return rowCount === 1;
  }

  private textOf(name: string, parts: BatchPart[], values: number): string {
    let text = this.texts.get(name);
    if (text === undefined) this.texts.set(name, (text = batchSql(parts, values)));
    return text;
  }
}

/**
 * Whether a batch failed because one of its ids, or a version of one of its streams, stands in the ledger already. In a
 * distributed table the constraint's name carries the shard.
 */
export function isTaken(error: Error): boolean {
  const { code, constraint = '' } = error as { code?: string; constraint?: string };
  return code === '23505' && /^ledger_payload_(id|version)(_\d+)?$/.test(constraint);
}
