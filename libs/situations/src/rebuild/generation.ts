import type { PoolClient } from 'pg';
import type { Database } from '#libs/database';
import type { ReadModels } from '../read-models.js';
import { RebuildTakenOver } from './errors.js';

/** A row of projection. */
export interface Generation {
  timeline: string;
  generation: number;
  foldVersion: number;
  state: 'building' | 'current' | 'kept' | 'dropping';
  /** Entries taken in; null where each is taken in with its append. */
  size: number | null;
  /** While it is folded matter by matter: up to which size, and the last matter done. */
  aim: number | null;
  lastMatter: string | null;
  redactions: number;
  since: number | null;
}

const columns = `timeline, generation, fold_version as "foldVersion", state, size, aim,
  last_matter as "lastMatter", redactions, since`;

/** The generations of a timeline that hold rows, the oldest first; `lock` holds them until the transaction's end. */
export async function readGenerations(db: Database, timeline: string, lock = false): Promise<Generation[]> {
  const { rows } = await db.query<Generation>({
    name: lock ? 'lock-generations' : 'read-generations',
    text: `select ${columns} from projection where timeline = $1 and state <> 'dropped'
           order by generation ${lock ? 'for update' : ''}`,
    values: [timeline],
  });
  return rows;
}

/**
 * Locks a generation that is being built or brought up, and sees that it stands where this process left it: every
 * step begins so, and so of two that work on it only one goes on.
 * @throws RebuildTakenOver
 */
export async function lockGeneration(client: PoolClient, left: Generation): Promise<Generation> {
  const { rows } = await client.query<Generation>({
    name: 'lock-generation',
    text: `select ${columns} from projection where timeline = $1 and generation = $2 for update`,
    values: [left.timeline, left.generation],
  });
  const now = rows[0];
  const same =
    now?.state === left.state &&
    now.size === left.size &&
    now.aim === left.aim &&
    now.lastMatter === left.lastMatter;
  if (!same) throw new RebuildTakenOver(left.timeline);
  return now;
}

/** Writes how far a locked generation has come. */
export async function advance(client: PoolClient, to: Generation): Promise<void> {
  await client.query({
    name: 'advance-generation',
    text: `update projection set size = $3, aim = $4, last_matter = $5 where timeline = $1 and generation = $2`,
    values: [to.timeline, to.generation, to.size, to.aim, to.lastMatter],
  });
}

export async function setState(
  client: PoolClient,
  { timeline, generation }: ReadModels,
  state: Generation['state'] | 'dropped',
  since: number,
): Promise<void> {
  await client.query({
    name: 'set-state-of-generation',
    text: `update projection set state = $3, since = $4 where timeline = $1 and generation = $2`,
    values: [timeline, generation, state, since],
  });
}
