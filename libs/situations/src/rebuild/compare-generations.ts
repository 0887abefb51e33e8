import type { PoolClient } from 'pg';
import { inTransaction } from '#libs/database';
import type { ReadModels } from '../read-models.js';
import { noPositionYet } from '../stored-time.js';
import type { Generation } from './generation.js';
import type { RebuildSettings } from './settings.js';
import { step } from './step.js';

/** A matter in which two generations differ, and by how many rows: rectangles, notes, the matter's own. */
export interface Difference {
  matter: string;
  rows: number;
}

/** Matters compared in one statement. */
const page = 50;

/**
 * Every row of two generations of one fold held against each other, as both knew them when the ledger had `size`
 * entries: what one has taken in since then is left out, so it may be answering and written to meanwhile.
 */
export async function compareGenerations(
  settings: RebuildSettings,
  one: Generation,
  other: ReadModels,
  size: number,
): Promise<{ matters: number; differences: Difference[] }> {
  const differences: Difference[] = [];
  let compared = 0;
  for (let after: string | null = ''; after !== null;) {
    const from: string = after;
    after = await step(settings, () =>
      inTransaction(settings.pool, async (client) => {
        await client.query('set local statement_timeout = 0');
        const matters = await mattersBehind(client, one, other, from, size);
        if (matters.length === 0) return null;
        differences.push(...(await compareMatters(client, one, other, matters, size)));
        compared += matters.length;
        return matters.at(-1)!;
      }),
    );
    settings.onProgress?.({ stage: 'comparing', done: compared, of: compared });
  }
  return { matters: compared, differences };
}

async function mattersBehind(
  client: PoolClient,
  { timeline, generation }: ReadModels,
  other: ReadModels,
  after: string,
  size: number,
): Promise<string[]> {
  const { rows } = await client.query<{ matter: string }>({
    name: 'matters-of-both',
    text: `
      select distinct matter from (
        (select matter from matter where timeline = $1 and generation = $2 and matter > $4 and first_position < $5
         order by matter limit ${page})
        union all
        (select matter from matter where timeline = $1 and generation = $3 and matter > $4 and first_position < $5
         order by matter limit ${page})
      ) m order by matter limit ${page}`,
    values: [timeline, generation, other.generation, after, size],
  });
  return rows.map(({ matter }) => matter);
}

/** Positions at which something ended are not known where they lie beyond `$5`. */
const end = `case when known_to >= $5 then ${noPositionYet} else known_to end`;
const ofBoth = `timeline = $1 and generation in ($2, $3) and matter = any($4::text[])`;

async function compareMatters(
  client: PoolClient,
  { timeline, generation }: ReadModels,
  other: ReadModels,
  matters: string[],
  size: number,
): Promise<Difference[]> {
  const { rows } = await client.query<Difference>({
    name: 'compare-matters',
    text: `
      with rectangles as (
        select generation, matter, valid_from, valid_to, known_from, ${noPositionYet} as known_to,
          state_position, state_ordinal
        from slot where ${ofBoth} and known_from < $5::int8
        union all
        select generation, matter, valid_from, valid_to, known_from, ${end}, state_position, state_ordinal
        from slot_past where ${ofBoth} and known_from < $5
      ), told as (
        select r.generation, r.matter,
          concat_ws(' ', 'slot', valid_from, valid_to, known_from, known_to, t.state) as row
        from rectangles r
        left join lateral (
          select state from slot_state
          where timeline = $1 and generation = r.generation
            and position = r.state_position and ordinal = r.state_ordinal limit 1
        ) t on true
        union all
        select generation, matter,
          concat_ws(' ', 'note', begins, latest, position, known_from, ${end}, until, earliest, planned, note)
        from note where ${ofBoth} and known_from < $5
        union all
        select generation, matter, concat_ws(' ', 'matter', first_position)
        from matter where ${ofBoth} and first_position < $5
      )
      select matter, count(*)::int4 as rows
      from (
        select matter from told group by matter, row
        having count(*) filter (where generation = $2) <> count(*) filter (where generation = $3)
      ) d
      group by matter order by matter`,
    values: [timeline, generation, other.generation, matters, size],
  });
  return rows;
}
