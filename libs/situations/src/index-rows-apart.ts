import type { Database } from '#libs/database';
import { int8Array, type StoredEntry } from '#libs/ledger';
import { type DevelopmentRow, developmentRow } from './development-row.js';
import { indexRows, withIndexRows } from './index-rows.js';
import { indexedSize } from './log-index.js';
import { readRecorded } from './payload.js';

/** A position whose row behind the log's filters is not the one that its entry gives. */
export interface IndexRowApart {
  position: number;
  /** Whether there should be a row, and whether there is one. */
  due: boolean;
  stored: boolean;
}

/** Entries compared in one statement: their rows travel to the database, which knows when two lists of terms are one. */
const page = 1_000;

/**
 * Holds the rows that the log's filters look at against these entries of one timeline, in any order: what is indexed must
 * have its row, and what is not, or is destroyed, none. Entries and rows are to be read as of one moment.
 */
export async function indexRowsApart(
  db: Database,
  timeline: string,
  entries: StoredEntry[],
): Promise<IndexRowApart[]> {
  const size = await indexedSize(db, timeline);
  const apart: IndexRowApart[] = [];
  for (let from = 0; from < entries.length; from += page) {
    const due = entries.slice(from, from + page).flatMap((entry) => dueRow(entry, size) ?? []);
    apart.push(...(await rowsApart(db, timeline, due)));
  }
  return apart;
}

interface DueRow {
  position: number;
  row: DevelopmentRow | null;
}

/** Undefined where nobody can say: content that is no development. */
function dueRow(entry: StoredEntry, size: number): DueRow | undefined {
  const { position } = entry;
  try {
    const recorded = position < size ? readRecorded(entry) : null;
    return { position, row: recorded && developmentRow(recorded) };
  } catch {
    return undefined;
  }
}

async function rowsApart(db: Database, timeline: string, due: DueRow[]): Promise<IndexRowApart[]> {
  const positions = due.map(({ position }) => position);
  const rows = due.flatMap(({ row }) => row ?? []);
  const apart = await withIndexRows(timeline, rows, (values) =>
    db.query<IndexRowApart>({
      name: 'index-rows-apart',
      text: `
        select coalesce(r.position, d.position) as position, r.position is not null as due,
          d.position is not null as stored
        from ${indexRows(2)}
        full join (
          select own.* from unnest($8::int8[]) as p(position)
          cross join lateral (
            select * from development where timeline = $1 and position = p.position limit 1
          ) own
        ) d on d.position = r.position
        where row(r.earliest, r.latest, r.matter, r.begins, r.terms)
          is distinct from row(d.earliest, d.latest, d.matter, d.begins, d.terms)
        order by 1`,
      values: [...values, int8Array(positions)],
    }),
  );
  return apart.rows;
}
