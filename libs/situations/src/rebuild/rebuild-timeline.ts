import type { PoolClient } from 'pg';
import { inTransaction } from '#libs/database';
import { readHead } from '#libs/ledger';
import { parkedMatters } from '../parked-matters.js';
import { buildUpToAim } from './build.js';
import { compareGenerations, type Difference } from './compare-generations.js';
import { dropGenerations } from './drop-generations.js';
import { KeptOfAnotherFold, NothingKept } from './errors.js';
import { Follower } from './follower.js';
import { type Generation, readGenerations, setState } from './generation.js';
import { makeCurrent } from './make-current.js';
import type { RebuildSettings } from './settings.js';

/** What became of a rebuild. */
export interface RebuildReport {
  timeline: string;
  /** The generation that answers now; null where nothing had been recorded, so that there was nothing to build. */
  generation: number | null;
  foldVersion: number;
  /** True where an earlier rebuild that had not come to its end was gone on with. */
  resumed: boolean;
  /** Entries folded, in all, and while appends waited. */
  entries: number;
  underLock: number;
  /** Matters held against the generation before, if that is of the same fold; null where it is not. */
  compared: number | null;
  /** Matters that the generation before had otherwise than they follow from the ledger, parked ones aside. */
  differences: Difference[];
  /** Matters that were parked before and are not now, and those whose fold failed again. */
  healed: string[];
  parked: string[];
}

/**
 * Builds a timeline's read models anew beside those that answer, while developments keep coming; holds them against
 * those; and lets them answer from one moment on. Those before are kept, up to the next rebuild. A rebuild that was
 * cut short is gone on with by the next one.
 * @throws UnknownTimeline, RebuildTakenOver
 */
export async function rebuildTimeline(settings: RebuildSettings, timeline: string): Promise<RebuildReport> {
  const { foldVersion } = settings;
  const begun = await inTransaction(settings.pool, (client) => begin(client, settings, timeline));
  const report = { timeline, foldVersion, resumed: begun?.resumed ?? false };
  const nothing = { entries: 0, underLock: 0, compared: null, differences: [], healed: [], parked: [] };
  if (begun === null) return { ...report, ...nothing, generation: null };
  await dropGenerations(settings, timeline);
  const built = await buildUpToAim(settings, begun.building);
  const follower = new Follower(settings, built);
  await follower.catchUp();
  const { before } = begun;
  const same = before.foldVersion === foldVersion;
  const size = Math.min(before.size ?? follower.size, follower.size);
  const found = same ? await compareGenerations(settings, before, built, size) : null;
  const parkedBefore = await namesOfParked(settings, before);
  const underLock = await follower.closeUp((client, at) => makeCurrent(client, at, settings.clock()));
  const parked = await namesOfParked(settings, built);
  return {
    ...report,
    generation: built.generation,
    entries: follower.size,
    underLock,
    compared: found && found.matters,
    differences: found ? found.differences.filter(({ matter }) => !parkedBefore.includes(matter)) : [],
    healed: parkedBefore.filter((matter) => !parked.includes(matter)),
    parked,
  };
}

interface Begun {
  building: Generation;
  before: Generation;
  resumed: boolean;
}

/** The generation to build: one that was left unfinished, or a new one. Null where nothing was ever appended. */
async function begin(
  client: PoolClient,
  { foldVersion, clock }: RebuildSettings,
  timeline: string,
): Promise<Begun | null> {
  // Locked, so that of two who begin at once the second finds what the first made.
  const { size } = await readHead(client, timeline, true);
  const generations = await readGenerations(client, timeline, true);
  const before = generations.find(({ state }) => state === 'current');
  if (before === undefined) return null;
  const unfinished = generations.find(({ state }) => state === 'building');
  if (unfinished?.foldVersion === foldVersion) return { building: unfinished, before, resumed: true };
  for (const each of generations) {
    if (each.state === 'building' || each.state === 'kept')
      await setState(client, each, 'dropping', each.state === 'kept' ? (each.since ?? 0) : 0);
  }
  await client.query({
    name: 'begin-generation',
    text: `insert into projection (timeline, generation, fold_version, state, size, aim, started_at, since)
           select $1, max(generation) + 1, $2, 'building', 0, $3, $4, $4 from projection where timeline = $1`,
    values: [timeline, foldVersion, size, clock()],
  });
  const building = (await readGenerations(client, timeline)).find(({ state }) => state === 'building')!;
  return { building, before, resumed: false };
}

async function namesOfParked({ pool }: RebuildSettings, models: Generation): Promise<string[]> {
  return (await parkedMatters(pool, models)).map(({ matter }) => matter);
}

/** Whether an earlier generation is answering now, and what that took. */
export interface ReturnReport {
  timeline: string;
  generation: number;
  underLock: number;
}

/**
 * Lets the generation that was kept answer again, once it has taken in what was recorded since, and keeps the other.
 * @throws UnknownTimeline, NothingKept, KeptOfAnotherFold, RebuildTakenOver
 */
export async function returnToKept(settings: RebuildSettings, timeline: string): Promise<ReturnReport> {
  const { pool, foldVersion, clock } = settings;
  await readHead(pool, timeline);
  const kept = (await readGenerations(pool, timeline)).find(({ state }) => state === 'kept');
  if (kept === undefined) throw new NothingKept(timeline);
  if (kept.foldVersion !== foldVersion) throw new KeptOfAnotherFold(timeline, kept.foldVersion, foldVersion);
  const follower = new Follower(settings, kept);
  const underLock = await follower.closeUp((client, at) => makeCurrent(client, at, clock()));
  return { timeline, generation: kept.generation, underLock };
}

/**
 * Brings a current generation that was held back, though it is of this fold, up to its ledger, and lets it be
 * written with the appends again.
 */
export async function followAgain(settings: RebuildSettings, timeline: string): Promise<void> {
  const current = (await readGenerations(settings.pool, timeline)).find(({ state }) => state === 'current');
  if (current === undefined || current.size === null) return;
  const follower = new Follower(settings, current);
  await follower.closeUp((client, at) => makeCurrent(client, at, settings.clock()));
}

/**
 * Deletes the generation that was kept.
 * @throws UnknownTimeline, NothingKept
 */
export async function dropKept(settings: RebuildSettings, timeline: string): Promise<void> {
  await readHead(settings.pool, timeline);
  await inTransaction(settings.pool, async (client) => {
    const generations = await readGenerations(client, timeline, true);
    const going = generations.filter(({ state }) => state === 'kept' || state === 'dropping');
    if (going.length === 0) throw new NothingKept(timeline);
    for (const each of going) await setState(client, each, 'dropping', each.since ?? 0);
  });
  await dropGenerations(settings, timeline);
}
