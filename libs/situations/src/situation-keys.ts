import type { Pool } from 'pg';
import { mostNotes } from '#libs/chronology';
import type { ModelsPoint } from './read-models.js';
import { amongMatters, certainFromSql, pointSql, pointValues } from './slots-at.js';

/** A key for each matter of a situation. */
export type SituationKeys = Map<string, string>;

/**
 * What each matter's part in the situation at a point goes by: the names of its state and of the notes beside
 * it, and whether it is certain. Where two points give a matter the same key, it is the same there to the last field;
 * where the keys differ, it may still be. No state is read for it, so it costs a few look-ups a matter.
 * `matters` leaves all others out.
 */
export async function situationKeys(
  pool: Pool,
  point: ModelsPoint,
  matters?: string[],
): Promise<SituationKeys> {
  if (matters?.length === 0) return new Map();
  const { rows } = await pool.query<{ matter: string; key: string }>({
    name: matters ? 'situation-keys-of' : 'situation-keys',
    text: `
      select s.matter,
        concat_ws(' ', s.state_position, s.state_ordinal, t.certain_from <= $3, coalesce(n.key, '')) as key
      from (${pointSql(matters && amongMatters)}) s
      cross join lateral (${certainFromSql}) t
      cross join lateral (
        select string_agg(concat_ws(':', coming, begins, position, known_from), ',' order by coming, begins, position) as key
        from (
          (select false as coming, begins, position, known_from from note
           where timeline = $1 and generation = $2 and note.matter = s.matter and begins <= $3 and until > $3
             and known_from <= $4 and known_to > $4
           order by begins desc, latest desc, position desc limit ${mostNotes})
          union all
          (select true, begins, position, known_from from note
           where timeline = $1 and generation = $2 and note.matter = s.matter and begins > $3 and earliest > $3
             and planned and known_from <= $4 and known_to > $4
           order by begins, latest, position limit ${mostNotes})
        ) shown
      ) n`,
    values: [
      point.models.timeline,
      point.models.generation,
      ...pointValues(point),
      ...(matters === undefined ? [] : [matters]),
    ],
  });
  return new Map(rows.map(({ matter, key }) => [matter, key]));
}

/** The matters whose keys differ, in order of their names. */
export function differingMatters(before: SituationKeys, after: SituationKeys): string[] {
  const matters = [...new Set([...before.keys(), ...after.keys()])];
  return matters.filter((matter) => before.get(matter) !== after.get(matter)).sort();
}
