import type { Database } from '#libs/database';

/** The timelines that have a ledger, in order of their names. */
export async function ledgerNames(db: Database): Promise<string[]> {
  const { rows } = await db.query<{ timeline: string }>({
    name: 'ledger-names',
    text: 'select timeline from ledger_head order by timeline',
  });
  return rows.map(({ timeline }) => timeline);
}

/**
 * The timelines that anything of a record is there of, in order of their names: one whose head is lost is among them,
 * and so is one of which nothing but entries is left.
 */
export async function tracedNames(db: Database): Promise<string[]> {
  const { rows } = await db.query<{ timeline: string }>({
    name: 'traced-names',
    text: `
      with recursive ${namesIn('ledger_entry')}, ${namesIn('ledger_payload')}
      select timeline from ledger_head
      union select slug from timeline
      union select timeline from of_ledger_entry where timeline is not null
      union select timeline from of_ledger_payload where timeline is not null
      order by timeline`,
  });
  return rows.map(({ timeline }) => timeline);
}

/** From one name to the next through the key, however many entries each has. */
function namesIn(table: string): string {
  const next = (where: string) => `select timeline from ${table} ${where} order by timeline limit 1`;
  return `of_${table} (timeline) as (
    (${next('')})
    union all
    select (${next('where timeline > before.timeline')}) from of_${table} before where before.timeline is not null
  )`;
}
