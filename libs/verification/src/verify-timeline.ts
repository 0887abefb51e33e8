import type { Pool } from 'pg';
import type { KindTable } from '#libs/chronology';
import { type Head, ledgerEnd } from '#libs/ledger';
import { attempt } from './attempt.js';
import { databaseRecord } from './database-record.js';
import { findHead } from './find-head.js';
import { type Finding, Findings } from './findings.js';
import { checkOutside } from './outside-check.js';
import {
  findRowsOfNothing,
  type Go,
  type MatterCounts,
  noCounts,
  verifyNextMatters,
} from './verify-matters.js';
import { type KeptRoot, type RecordCounts, type VerifiedRecord, verifyRecord } from './verify-record.js';

/** What was looked at, what was found. */
export interface Verdict {
  timeline: string;
  ok: boolean;
  /** The entries that there were when it began: by its head, or where that is lost, up to the last. */
  size: number;
  /** Over all of them, in standard base64. */
  root: string;
  /** What it was held against. */
  kept: Pick<KeptRoot, 'name' | 'size'>[];
  checked: RecordCounts & MatterCounts;
  /** Findings in all; the first hundred are listed. */
  wrong: number;
  first: Finding | null;
  findings: Finding[];
}

export interface VerifyTimelineOptions {
  /** What an auditor kept, or whoever signed it. */
  kept?: KeptRoot[];
  /** What was kept in the place of such, and cannot be taken. */
  refused?: { name: string; reason: string }[];
  /** `done` of `total` entries, each of which is looked at twice: in its place, and in its stream. */
  onProgress?: (done: number, total: number) => void;
}

/**
 * Recomputes all that is stored of a timeline from the bytes of its ledger: each entry, digest, leaf and tile, the
 * root, the head, and every row of the read models at every position. It goes on behind what it finds, to count it.
 * Of a ledger without a head, the entries that are there are looked at, and what is kept of it.
 */
export async function verifyTimeline(
  db: Pool,
  kinds: KindTable,
  timeline: string,
  { kept = [], refused = [], onProgress }: VerifyTimelineOptions = {},
): Promise<Verdict> {
  const findings = new Findings();
  const head = await findHead(db, timeline);
  const size = head?.size ?? (await ledgerEnd(db, timeline));
  const total = 2 * size;
  const record = await verifyRecord(databaseRecord(db, timeline, size), findings, {
    kept,
    onProgress: (position) => onProgress?.(position, total),
  });
  for (const { name, reason } of refused) {
    const detail = `${name} is no checkpoint to hold it against: ${reason}. Put back the file that was there`;
    findings.add('kept-refused', Math.max(0, size - 1), detail);
  }
  checkHead(findings, head, record);
  if (head) await attempt(findings, { position: size }, () => checkOutside(db, timeline, size, findings));
  const counts = head
    ? await verifyMatters(db, kinds, timeline, findings, (folded) =>
        onProgress?.(Math.min(total, size + folded), total),
      )
    : noCounts();
  const { root, tip: _tip, recordedAt: _recordedAt, ...looked } = record;
  return {
    timeline,
    ok: findings.total === 0,
    size,
    root: root.toString('base64'),
    kept: kept.map(({ name, size }) => ({ name, size })),
    checked: { ...looked, ...counts },
    wrong: findings.total,
    first: findings.first,
    findings: findings.list,
  };
}

function checkHead(findings: Findings, head: Head | null, record: VerifiedRecord): void {
  const last = Math.max(0, (head?.size ?? record.entries) - 1);
  if (!head) {
    const detail =
      'the ledger has no head that can be read, so streams and read models could not be looked at; ' +
      `${record.entries} entries are there. Put back the newest database: docs/AUDITORS.md`;
    findings.add('head-missing', last, detail);
    return;
  }
  if (!head.tip.equals(record.tip)) {
    findings.add('head-differs', last, 'the head does not have the leaf hash of the last entry');
  }
  if (head.recordedAt !== record.recordedAt) {
    findings.add('head-differs', last, 'the head does not say when the last entry was recorded');
  }
}

/** All that is built beside the ledger, stream by stream. */
async function verifyMatters(
  db: Pool,
  kinds: KindTable,
  timeline: string,
  findings: Findings,
  onProgress: (folded: number) => void,
): Promise<MatterCounts> {
  const sum = noCounts();
  for (let after: string | null = ''; after !== null;) {
    const from: string = after;
    const go: Go | undefined = await attempt(findings, { position: 0 }, () =>
      verifyNextMatters(db, kinds, timeline, from, findings),
    );
    if (!go) break;
    const { last, counts } = go;
    for (const name of Object.keys(sum) as (keyof MatterCounts)[]) sum[name] += counts[name];
    onProgress(sum.folded);
    after = last;
  }
  await attempt(findings, { position: 0 }, () => findRowsOfNothing(db, timeline, findings));
  if (sum.ofAnotherFold > 0) {
    const detail =
      `${sum.ofAnotherFold} matters were not looked at, for another version of the fold made their slots: ` +
      `\`dateline rebuild ${timeline}\` makes them anew`;
    findings.add('fold-differs', 0, detail);
  }
  return sum;
}
