import type { PoolClient } from 'pg';
import { EndToEnd } from '#libs/ledger';
import type { ReadModels } from './read-models.js';
import { type FoldedRows, type RecordedRows, writeRows } from './write-rows.js';

/** Writes rows without an append: whoever calls has seen to it that they may be written, and what they name is there. */
export async function writeRowsAlone(
  client: PoolClient,
  timeline: string,
  models: ReadModels | null,
  rows: RecordedRows[],
): Promise<void> {
  const end = new EndToEnd();
  const { shape, values, sql } = writeRows(models, rows, end);
  if (values.length > 0) {
    await client.query({
      name: `write-rows ${shape}`,
      text: `
with head as (select $1::text, $2::bytea), batch as (select null::text as id, null::int8 as position where false),
${sql(3, '$2::bytea')}
select`,
      values: [timeline, end.bytes(), ...values],
    });
  }
  end.leave();
}

/** The same of what was folded, into one generation. */
export async function writeFoldedAlone(
  client: PoolClient,
  models: ReadModels,
  rows: FoldedRows[],
): Promise<void> {
  // Who is withheld, and what the desk decided, was written with the entries themselves.
  const folded = rows.map((row) => ({ ...row, decision: null, withholding: null }));
  await writeRowsAlone(client, models.timeline, models, folded);
}
