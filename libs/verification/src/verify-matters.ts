import type { Pool } from 'pg';
import type { KindTable, Recorded } from '#libs/chronology';
import type { StoredEntry } from '#libs/ledger';
import {
  decidedRows,
  type DecidedRows,
  foldMatterRows,
  kindsOf,
  mattersOfNothing,
  readRecorded,
  readStanding,
  rowsOfNothing,
} from '#libs/situations';
import { asOfOneMoment } from './as-of-one-moment.js';
import { compareDecided, compareIndex } from './compare-decided.js';
import { compareMatter } from './compare-matter.js';
import type { Findings } from './findings.js';
import { readNextStreams } from './next-streams.js';
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
  const { streams, rows, known, sameFold, decided, indexApart, repeated } = await asOfOneMoment(
    db,
    (client) => readNextStreams(client, timeline, after),
  );
  const ownKinds = await kindsNow(db, timeline, kinds);
  compareIndex(findings, indexApart);
  for (const { id, position, first } of repeated) {
    findings.add('id-repeated', position, `its id, ${id}, is that of position ${first} too`);
  }
  for (const [stream, own] of streams) {
    counts.streams++;
    counts.folded += own.length;
    const recorded = own.map((entry) => ({ ...entry, recorded: recordedIn(entry) }));
    counts.redacted += checkStream(recorded.map(placed), findings);
    const due = checkDecided(stream, recorded, decided, findings);
    counts.decisions += due.decisions.size;
    counts.withheld += due.withheld.size;
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
    compareMatter(findings, stream, await foldMatterRows(stream, taken, ownKinds), stored, firstOf(taken));
  }
  return { last: [...streams.keys()].at(-1) ?? null, counts };
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

/** With the development in it: null where it was destroyed, undefined where it cannot be read. */
type ReadEntry = StoredEntry & { recorded: Recorded | null | undefined };

/** Content that cannot be read is there all the same; that it cannot be, its entry tells. */
function recordedIn(entry: StoredEntry): Recorded | null | undefined {
  try {
    const recorded = readRecorded(entry);
    return recorded && typeof recorded.content.type !== 'string' ? undefined : recorded;
  } catch {
    return undefined;
  }
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
