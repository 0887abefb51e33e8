import type { Database } from '#libs/database';

/**
 * SQL: true of a row (by its alias, with `timeline` and `position`) that everyone may see. What is held or under embargo
 * now is withheld, and so is what the desk decided about it (and the redaction of such a decision). So is what was decided
 * about a development that is redacted, but for the redaction: a correction repeats words. The one place that says so:
 * whoever answers with developments to those without `Sight.withheld` asks this, or one of the functions below.
 */
export function notWithheld(row: string): string {
  // The names in here are none that a row could have.
  const here = (table: string) => `${table}.timeline = ${row}.timeline`;
  return `
    not exists (
      select from withheld its
      where ${here('its')} and its.position = ${row}.position and (its.held or its.embargoed)
    )
    and not exists (
      select from decision this_one
      left join decision its_target on ${here('its_target')} and its_target.position = this_one.target
      join withheld of_it on ${here('of_it')}
        and of_it.position in (this_one.target, its_target.target) and (of_it.held or of_it.embargoed)
      where ${here('this_one')} and this_one.position = ${row}.position
    )
    and not exists (
      select from decision this_one
      join ledger_redaction of_it on ${here('of_it')}
        and of_it.position = this_one.target and of_it.by <> this_one.position
      where ${here('this_one')} and this_one.position = ${row}.position
    )`;
}

/** Those of these positions that are withheld now. */
export async function withheldAmong(
  db: Database,
  timeline: string,
  positions: number[],
): Promise<Set<number>> {
  if (positions.length === 0) return new Set();
  const { rows } = await db.query<{ position: number }>({
    name: 'withheld-among',
    text: `
      select p.position
      from (select $1::text as timeline, position from unnest($2::int8[]) as u(position)) p
      where not (${notWithheld('p')})`,
    values: [timeline, positions],
  });
  return new Set(rows.map(({ position }) => position));
}

/** Positions of a ledger that everyone may see, between two others (neither included), in order. */
export async function openPositions(
  db: Database,
  timeline: string,
  { after, before, order, limit }: { after: number; before: number; order: 'asc' | 'desc'; limit: number },
): Promise<number[]> {
  const { rows } = await db.query<{ position: number }>({
    name: `open-positions-${order}`,
    text: `
      select e.position from ledger_entry e
      where e.timeline = $1 and e.position > $2::int8 and e.position < $3::int8 and ${notWithheld('e')}
      order by e.position ${order} limit $4`,
    values: [timeline, after, before, limit],
  });
  return rows.map(({ position }) => position);
}

/** Positions of what the desk decided about any of the developments at `targets`, in order. */
export async function decisionsAboutEach(
  db: Database,
  timeline: string,
  targets: number[],
  size: number,
): Promise<number[]> {
  const { rows } = await db.query<{ position: number }>({
    name: 'decisions-about-each',
    text: `
      select d.position
      from unnest($2::int8[]) as t(target)
      cross join lateral (
        select position from decision
        where timeline = $1 and decision.target = t.target and position < $3 offset 0
      ) d
      order by d.position`,
    values: [timeline, targets, size],
  });
  return rows.map(({ position }) => position);
}

/** Positions of what the desk decided about the development at `target`, in order. */
export async function decisionsAbout(
  db: Database,
  timeline: string,
  target: number,
  size: number,
): Promise<number[]> {
  const { rows } = await db.query<{ position: number }>({
    name: 'decisions-about',
    text: `select position from decision where timeline = $1 and target = $2 and position < $3 order by position`,
    values: [timeline, target, size],
  });
  return rows.map(({ position }) => position);
}
