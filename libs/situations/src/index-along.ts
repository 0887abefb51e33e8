import type { BatchPart } from '#libs/ledger';
import type { DevelopmentRow } from './development-row.js';
import { insertIndexRows, layIndexRows } from './index-rows.js';

/**
 * The part of an append's statement that indexes a batch with it, where the log's index stands at the batch. Where it does
 * not, nothing is written, and it follows as ever.
 *
 * @param rows one for each entry of the batch
 */
export function indexAlong(timeline: string, rows: readonly DevelopmentRow[]): BatchPart {
  return {
    ...layIndexRows(timeline, rows),
    shape: 'index',
    sql: (first) => {
      const count = `cardinality($${first}::int8[])`;
      return `
index_fence as (
  insert into log_index (timeline, size)
  select timeline, size from head
  where size = ${count} or exists (select from log_index where timeline = $1)
  on conflict on constraint log_index_pk do update set size = excluded.size
  where log_index.size = excluded.size - ${count}
  returning size
), indexed as (${insertIndexRows(first, 'index_fence')}
)`;
    },
  };
}
