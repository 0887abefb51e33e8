import type { Database } from '#libs/database';
import { readRedactions } from '#libs/ledger';
import type { DecidedRows, Withheld } from './decided-rows.js';

/** What is kept of the desk's decisions at these positions; rows that withhold nothing are left out. */
export async function readDecidedRows(
  db: Database,
  timeline: string,
  positions: number[],
): Promise<DecidedRows> {
  return {
    decisions: await readDecisions(db, timeline, positions),
    withheld: await readWithheld(db, timeline, positions),
    redactions: await readRedactions(db, timeline, positions),
  };
}

async function readDecisions(
  db: Database,
  timeline: string,
  positions: number[],
): Promise<Map<number, number>> {
  const { rows } = await db.query<{ position: number; target: number }>({
    name: 'decisions-to-verify',
    text: 'select position, target from decision where timeline = $1 and position = any ($2::int8[])',
    values: [timeline, positions],
  });
  return new Map(rows.map(({ position, target }) => [position, target]));
}

async function readWithheld(
  db: Database,
  timeline: string,
  positions: number[],
): Promise<Map<number, Withheld>> {
  const { rows } = await db.query<Withheld & { position: number }>({
    name: 'withheld-to-verify',
    text: `
      select position, coalesce(held, false) as held, coalesce(embargoed, false) as embargoed,
        case when embargoed then until end as until
      from withheld where timeline = $1 and position = any ($2::int8[]) and (held or embargoed)`,
    values: [timeline, positions],
  });
  return new Map(rows.map(({ position, ...why }) => [position, why]));
}

/** A row beside a ledger that has no entry at its position. */
export interface RowOfNothing {
  /** What it tells, in words. */
  what: string;
  position: number;
}

/** The first such row of each table; and of an index that goes further than its log, where the log ends. */
export async function rowsOfNothing(db: Database, timeline: string): Promise<RowOfNothing[]> {
  const outside = (table: string, what: string) => `
    (select '${what}' as what, position from ${table}
     where timeline = $1 and (position < 0 or position >= (select size from head)) order by position limit 1)`;
  const { rows } = await db.query<RowOfNothing>({
    name: 'rows-of-nothing',
    text: `
      with head as (select size from ledger_head where timeline = $1)
      ${outside('development', 'a row behind the log’s filters')}
      union all ${outside('decision', 'a decision')}
      union all ${outside('withheld', 'what is withheld')}
      union all ${outside('ledger_redaction', 'a redaction')}
      union all
      select 'the end of the index behind the log’s filters', head.size from head, log_index l
      where l.timeline = $1 and l.size > head.size
      order by position`,
    values: [timeline],
  });
  return rows;
}
