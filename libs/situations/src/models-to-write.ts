import type { Pool } from 'pg';
import { UnknownTimeline } from '#libs/ledger';
import { FoldIsNewer } from './errors.js';
import { firstGeneration, type ReadModels } from './read-models.js';

interface Current {
  epoch: number;
  generation: number | null;
  foldVersion: number;
  size: number | null;
}

/**
 * The generation that appends write into; null where they write none, because what stands there was folded by an
 * earlier version. In that case it is held back: it answers from where it stands, and whoever rebuilds it takes in
 * what is recorded meanwhile. Two folds never mix.
 * @throws FoldIsNewer where it was folded by a later version than `foldVersion`
 */
export async function modelsToWrite(
  pool: Pool,
  timeline: string,
  foldVersion: number,
): Promise<ReadModels | null> {
  for (;;) {
    const current = await readCurrent(pool, timeline);
    const { generation } = current;
    if (generation === null) await openModels(pool, timeline, foldVersion);
    else if (current.foldVersion > foldVersion)
      throw new FoldIsNewer(timeline, current.foldVersion, foldVersion);
    else if (current.size !== null) return null;
    else if (current.foldVersion === foldVersion) return { timeline, generation };
    else await holdBack(pool, timeline, generation, current.epoch);
  }
}

async function readCurrent(pool: Pool, timeline: string): Promise<Current> {
  const { rows } = await pool.query<Current>({
    name: 'current-models',
    text: `
      select h.epoch, p.generation, p.fold_version as "foldVersion", p.size
      from ledger_head h
      left join projection p on p.timeline = $1 and p.state = 'current'
      where h.timeline = $1`,
    values: [timeline],
  });
  if (!rows[0]) throw new UnknownTimeline(timeline);
  return rows[0];
}

/** Nothing has been derived yet: the first to append says by which fold it will be. */
async function openModels(pool: Pool, timeline: string, foldVersion: number): Promise<void> {
  await pool.query({
    name: 'open-models',
    text: `insert into projection (timeline, generation, fold_version, state)
           values ($1, $2, $3, 'current') on conflict do nothing`,
    values: [timeline, firstGeneration, foldVersion],
  });
}

/** From the ledger's size on, nothing is written into it; appends planned before miss by the epoch. */
async function holdBack(pool: Pool, timeline: string, generation: number, epoch: number): Promise<void> {
  await pool.query({
    name: 'hold-back',
    text: `
      with head as (
        update ledger_head set epoch = epoch + 1 where timeline = $1 and epoch = $3 returning size
      )
      update projection set size = head.size
      from head
      where timeline = $1 and generation = $2 and state = 'current' and projection.size is null`,
    values: [timeline, generation, epoch],
  });
}
