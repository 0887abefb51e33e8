import type { Pool } from 'pg';
import type { KindTable } from '#libs/chronology';
import { firstFrom, readForAudit, readHead } from '#libs/ledger';
import { attempt } from './attempt.js';
import { databaseTiles } from './database-record.js';
import { EntryCheck } from './entry-check.js';
import { findHead } from './find-head.js';
import { Findings, placeOf } from './findings.js';
import { checkOutside } from './outside-check.js';
import type { Round } from './rounds.js';
import { TileCheck } from './tile-check.js';
import { findRowsOfNothing, verifyNextMatters } from './verify-matters.js';

/** Entries of the ledger in one slice: whole tiles of 256. */
const entriesInSlice = 2 * 256;

/** The name before all others: the streams come next. */
const beforeStreams = '';

export interface Slice {
  /** The round as it stands behind it. */
  round: Round;
  findings: Findings;
  /** Nothing of the round is left. */
  done: boolean;
}

/**
 * Looks at the next slice of a round: some hundred entries by position, or some streams with all their rows. Tiles
 * above the lowest level and the root are left to whoever verifies the whole: they need all leaves at once. A ledger
 * without a head, and what fails in no stream alone, end the round, so that other timelines have their turn.
 */
export async function verifySlice(db: Pool, kinds: KindTable, round: Round): Promise<Slice> {
  const findings = new Findings();
  const { position } = round;
  const next = await attempt(findings, { position }, () => look(db, kinds, round, findings));
  const { done, ...place } = next ?? roundEnd;
  const wrong = round.wrong + findings.total;
  const first = round.first ?? (findings.first && placeOf(findings.first));
  return { round: { ...round, ...place, wrong, first }, findings, done };
}

interface Next extends Partial<Pick<Round, 'position' | 'stream'>> {
  done: boolean;
}

const roundEnd: Next = { done: true };

async function look(db: Pool, kinds: KindTable, round: Round, findings: Findings): Promise<Next> {
  const { timeline, stream, size } = round;
  const head = await findHead(db, timeline);
  if (!head) {
    findings.add('head-missing', Math.max(0, size - 1), 'the ledger has no head that can be read');
    return roundEnd;
  }
  if (stream === null) {
    const position = await verifyEntries(db, round, findings);
    if (position < size) return { position, done: false };
    await verifyEnd(db, timeline, findings);
    return { position, stream: beforeStreams, done: false };
  }
  const { last } = await verifyNextMatters(db, kinds, timeline, stream, findings);
  if (last !== null) return { stream: last, done: false };
  await attempt(findings, { position: 0 }, () => findRowsOfNothing(db, timeline, findings));
  return roundEnd;
}

/** @returns the position behind the slice */
async function verifyEntries(
  db: Pool,
  { timeline, position, size }: Round,
  findings: Findings,
): Promise<number> {
  const end = Math.min(size, position + entriesInSlice);
  const [before] = await readForAudit(db, timeline, position - 1, position);
  const entries = new EntryCheck(timeline, findings, position, before?.sealed?.recordedAt);
  const tiles = new TileCheck(findings, databaseTiles(db, timeline), position);
  const page = await readForAudit(db, timeline, position, end);
  for (const entry of page) {
    const leafHash = entries.take(entry);
    if (leafHash) await tiles.take(leafHash);
  }
  const next = page.length > 0 ? end : await sliceBehind(db, timeline, end, size);
  entries.missUntil(next);
  return next;
}

/** The size is what somebody says who may have written anything: where nothing stands there is nothing to look at. */
async function sliceBehind(db: Pool, timeline: string, end: number, size: number): Promise<number> {
  const next = await firstFrom(db, timeline, end);
  return next === null || next >= size ? size : next - (next % entriesInSlice);
}

/** What the ledger's head says, held against its last entry at that moment. */
async function verifyEnd(db: Pool, timeline: string, findings: Findings): Promise<void> {
  const head = await readHead(db, timeline);
  const last = head.size - 1;
  const [entry] = await readForAudit(db, timeline, last, head.size);
  if (!entry?.sealed?.leafHash.equals(head.tip) || entry.sealed.recordedAt !== head.recordedAt) {
    findings.add('head-differs', Math.max(0, last), 'the head does not say what the last entry says');
  }
  await attempt(findings, { position: head.size }, () => checkOutside(db, timeline, head.size, findings));
}
