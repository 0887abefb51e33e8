import type { Pool, PoolClient } from 'pg';
import { foldVersion, type KindTable } from '#libs/chronology';
import { readStreams, type StoredEntry, streamsBehind } from '#libs/ledger';
import {
  foldMatterRows,
  foldOf,
  mattersOfNothing,
  readMatterRows,
  readRecorded,
  readStanding,
  kindsOf,
} from '#libs/situations';
import { compareMatter } from './compare-matter.js';
import type { Findings } from './findings.js';
import { StreamCheck } from './stream-check.js';

/** Entries that are read and folded in one go; a longer stream still goes whole. */
const entriesAtOnce = 2_000;
/** Names of streams looked at in one go. */
const streamsAtOnce = 100;

export interface MatterCounts {
  streams: number;
  matters: number;
  slots: number;
  notes: number;
  redacted: number;
  /** Entries folded. */
  folded: number;
  /** Matters whose rows were made by another version of the fold: they are not held against this one's. */
  ofAnotherFold: number;
}

export function noCounts(): MatterCounts {
  return { streams: 0, matters: 0, slots: 0, notes: 0, redacted: 0, folded: 0, ofAnotherFold: 0 };
}

/** A go over the streams behind `after`. */
export interface Go {
  /** The last stream looked at; null when there is none behind. */
  last: string | null;
  counts: MatterCounts;
}

/**
 * Goes over the next streams: folds each from its bytes, and holds every row that the read models have of it against
 * that, at all positions. Ledger and rows are read as of one moment, so it may be done on a live service; nobody
 * waits for it.
 */
export async function verifyNextMatters(
  db: Pool,
  kinds: KindTable,
  timeline: string,
  after: string,
  findings: Findings,
): Promise<Go> {
  const counts = noCounts();
  const { streams, entries, rows, known, sameFold } = await asOfOneMoment(db, (client) =>
    readNext(client, timeline, after),
  );
  const ownKinds = await kindsNow(db, timeline, kinds);
  const byStream = groupByStream(entries);
  for (const stream of streams) {
    const own = byStream.get(stream) ?? [];
    counts.streams++;
    counts.folded += own.length;
    counts.redacted += checkStream(own, findings);
    const stored = rows.get(stream);
    if (!stored || own.length === 0) continue;
    if (!sameFold) {
      counts.ofAnotherFold++;
      continue;
    }
    counts.matters++;
    counts.slots += stored.slots.length;
    counts.notes += stored.notes.length;
    const taken = own.filter(({ position }) => position < known);
    compareMatter(findings, stream, foldMatterRows(stream, taken, ownKinds), stored, firstOf(taken));
  }
  return { last: streams.at(-1) ?? null, counts };
}

/** With the timeline's own: later definitions change nothing of what was folded before. */
async function kindsNow(db: Pool, timeline: string, builtIn: KindTable): Promise<KindTable> {
  try {
    return await kindsOf(db, timeline, Number.MAX_SAFE_INTEGER, builtIn);
  } catch (error) {
    // Registry entries that are not even JSON are told of by whoever looks at entries.
    if (error instanceof SyntaxError) return builtIn;
    throw error;
  }
}

/** The next streams, and all that the ledger and the read models have of them. */
async function readNext(client: PoolClient, timeline: string, after: string) {
  const ends = await streamsBehind(client, timeline, after, streamsAtOnce);
  let length = 0;
  const some = ends.filter(({ version }, index) => (length += version) <= entriesAtOnce || index === 0);
  const streams = some.map(({ stream }) => stream);
  const { models, known } = await readStanding(client, timeline);
  const fold = await foldOf(client, models);
  return {
    streams,
    entries: await readStreams(client, timeline, streams, Number.MAX_SAFE_INTEGER),
    rows: await readMatterRows(client, models, streams.filter(isMatter)),
    known,
    sameFold: fold === null || fold === foldVersion,
  };
}

async function asOfOneMoment<T>(db: Pool, read: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await db.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin isolation level repeatable read read only');
    const found = await read(client);
    await client.query('commit');
    return found;
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    // What a failed transaction left behind is nobody's: the connection is not used again.
    client.release(broken);
  }
}

/** Registry entries, and what the desk decided about them, have no rows. */
function isMatter(stream: string): boolean {
  return !stream.includes('/');
}

function groupByStream(entries: StoredEntry[]): Map<string, StoredEntry[]> {
  const byStream = new Map<string, StoredEntry[]>();
  for (const entry of entries) {
    const own = byStream.get(entry.stream);
    if (own) own.push(entry);
    else byStream.set(entry.stream, [entry]);
  }
  return byStream;
}

function checkStream(entries: StoredEntry[], findings: Findings): number {
  const check = new StreamCheck(findings);
  for (const entry of entries) {
    check.take({ ...entry, payload: contentOf(entry) });
  }
  check.finish();
  return check.redacted;
}

/** Where a matter begins: what was destroyed does not count, not even as its beginning. */
function firstOf(entries: StoredEntry[]): number | null {
  return entries.find(({ payload }) => payload !== null)?.position ?? null;
}

/** Content that cannot be read is there all the same; that it cannot be, its entry tells. */
function contentOf(entry: StoredEntry): { type: string; target?: string } | null {
  if (entry.payload === null) return null;
  try {
    return readRecorded(entry)!.content;
  } catch {
    return { type: '' };
  }
}

/** Rows of the read models whose matter the ledger does not have. */
export async function findMattersOfNothing(db: Pool, timeline: string, findings: Findings): Promise<void> {
  const { models } = await readStanding(db, timeline);
  for (const matter of await mattersOfNothing(db, models)) {
    findings.add(
      'matter-of-nothing',
      0,
      'the read models know it, and the ledger has no entry of it',
      matter,
    );
  }
}
