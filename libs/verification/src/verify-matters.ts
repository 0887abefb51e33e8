import type { Pool } from 'pg';
import type { KindTable, Recorded } from '#libs/chronology';
import { asOfOneMoment, inTransaction, isDatabaseAway } from '#libs/database';
import { inTurns, type StoredEntry, streamBegin, streamsBehind } from '#libs/ledger';
import {
  decidedRows,
  type DecidedRows,
  foldMatterRows,
  kindsOf,
  mattersOfNothing,
  readRecorded,
  readStanding,
  rowsOfNothing,
  withholdingOf,
} from '#libs/situations';
import { attempt } from './attempt.js';
import { compareDecided, compareIndex } from './compare-decided.js';
import { compareMatter } from './compare-matter.js';
import type { Findings } from './findings.js';
import { type NextStreams, readNextStreams } from './next-streams.js';
import { checkStream, type StreamedEntry } from './stream-check.js';

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
  /** Decisions of the desk, and developments that are held or under embargo now. */
  decisions: number;
  withheld: number;
}

export function noCounts(): MatterCounts {
  const read = { streams: 0, redacted: 0, folded: 0, decisions: 0, withheld: 0 };
  return { ...read, matters: 0, slots: 0, notes: 0, ofAnotherFold: 0 };
}

/** A go over the streams behind `after`. */
export interface Go {
  /** The last stream looked at; null when there is none behind. */
  last: string | null;
  counts: MatterCounts;
}

/**
 * Goes over the next streams: folds each from its bytes, and holds every row that the read models have of it against
 * that, at all positions; and so what is kept of decisions, of what is withheld, and for the log's filters. Ledger and
 * rows are read as of one moment, so it may be done on a live service; nobody waits for it.
 */
export async function verifyNextMatters(
  db: Pool,
  kinds: KindTable,
  timeline: string,
  after: string,
  findings: Findings,
): Promise<Go> {
  const counts = noCounts();
  const next = await readSome(db, timeline, after, findings);
  if (typeof next === 'string') return { last: next, counts };
  const ownKinds = await kindsNow(db, timeline, kinds);
  compareIndex(findings, next.indexApart);
  for (const { id, position, first } of next.repeated) {
    findings.add('id-repeated', position, `its id, ${id}, is that of position ${first} too`);
  }
  for (const [stream, own] of next.streams) {
    const at = { position: own[0]?.position ?? 0, matter: stream };
    await attempt(findings, at, () => verifyStream(next, stream, own, ownKinds, counts, findings));
  }
  return { last: [...next.streams.keys()].at(-1) ?? null, counts };
}

/** The next streams that can be read; or the name of the next one, where that cannot be. */
async function readSome(
  db: Pool,
  timeline: string,
  after: string,
  findings: Findings,
): Promise<NextStreams | string> {
  const read = (most?: number) =>
    inTransaction(db, (client) => readNextStreams(client, timeline, after, most), asOfOneMoment);
  try {
    return await read();
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
  }
  // One of them cannot be read: each is read by itself until it is behind.
  const [end] = await streamsBehind(db, timeline, after, 1);
  if (!end) return read();
  const at = { position: await streamBegin(db, timeline, end.stream), matter: end.stream };
  return (await attempt(findings, at, () => read(1))) ?? end.stream;
}

/** Folds one stream, and holds what is stored of it against that. */
async function verifyStream(
  { rows, known, sameFold, decided }: NextStreams,
  stream: string,
  entries: StoredEntry[],
  kinds: KindTable,
  counts: MatterCounts,
  findings: Findings,
): Promise<void> {
  counts.streams++;
  counts.folded += entries.length;
  const recorded: ReadEntry[] = [];
  for await (const entry of inTurns(entries))
    recorded.push({ ...entry, recorded: recordedIn(entry, findings) });
  counts.redacted += checkStream(recorded.map(placed), findings);
  const due = checkDecided(stream, recorded, decided, findings);
  counts.decisions += due.decisions.size;
  counts.withheld += due.withheld.size;
  const stored = rows.get(stream);
  if (!stored || entries.length === 0) return;
  if (!sameFold) {
    counts.ofAnotherFold++;
    return;
  }
  counts.matters++;
  counts.slots += stored.slots.length;
  counts.notes += stored.notes.length;
  const taken = entries.filter(({ position }) => position < known);
  const folded = await foldMatterRows(stream, taken, kinds);
  await compareMatter(findings, stream, folded, stored, firstOf(taken));
}

/** With the timeline's own: later definitions change nothing of what was folded before. */
async function kindsNow(db: Pool, timeline: string, builtIn: KindTable): Promise<KindTable> {
  try {
    return await kindsOf(db, timeline, Number.MAX_SAFE_INTEGER, builtIn);
  } catch (error) {
    // Registry entries that cannot be read are told of by whoever looks at entries.
    if (isDatabaseAway(error)) throw error;
    return builtIn;
  }
}

/** With the development in it: null where it was destroyed, undefined where it cannot be read. */
type ReadEntry = StoredEntry & { recorded: Recorded | null | undefined };

/** Content that cannot be read is found, and is there all the same. */
function recordedIn(entry: StoredEntry, findings: Findings): Recorded | null | undefined {
  try {
    const recorded = readRecorded(entry);
    if (recorded === null) return null;
    // Where an embargo's end cannot be read, nobody can say whether it is over.
    withholdingOf(recorded.content, recorded.recordedAt);
    if (typeof recorded.content.type === 'string') return recorded;
  } catch {
    // Told like what has no type.
  }
  findings.add('payload-malformed', entry.position, 'its payload is no development');
  return undefined;
}

function placed(entry: ReadEntry): StreamedEntry {
  return {
    ...entry,
    payload: entry.recorded === undefined ? { type: '' } : (entry.recorded?.content ?? null),
  };
}

/** @returns what should be kept */
function checkDecided(
  stream: string,
  entries: ReadEntry[],
  stored: DecidedRows,
  findings: Findings,
): DecidedRows {
  const due = decidedRows(entries);
  const positions = new Set(entries.map(({ position }) => position));
  const destroyed = new Set(entries.flatMap(({ position, payload }) => (payload === null ? position : [])));
  compareDecided(findings, { stream, due, positions, destroyed }, stored);
  return due;
}

/** Where a matter begins: what was destroyed does not count, not even as its beginning. */
function firstOf(entries: StoredEntry[]): number | null {
  return entries.find(({ payload }) => payload !== null)?.position ?? null;
}

/** Rows beside the ledger whose matter, or whose position, it does not have. */
export async function findRowsOfNothing(db: Pool, timeline: string, findings: Findings): Promise<void> {
  const { models } = await readStanding(db, timeline);
  for (const matter of await mattersOfNothing(db, models)) {
    findings.add(
      'matter-of-nothing',
      0,
      'the read models know it, and the ledger has no entry of it',
      matter,
    );
  }
  for (const { what, position } of await rowsOfNothing(db, timeline)) {
    findings.add('row-of-nothing', position, `${what} stands before position 0 or behind the ledger’s end`);
  }
}
