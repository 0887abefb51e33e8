import type { Pool } from 'pg';
import type { KindTable } from '#libs/chronology';
import { readHead } from '#libs/ledger';
import { databaseRecord } from './database-record.js';
import { type Finding, Findings } from './findings.js';
import { checkOutside } from './outside-check.js';
import { findRowsOfNothing, type MatterCounts, noCounts, verifyNextMatters } from './verify-matters.js';
import { type KeptRoot, type RecordCounts, type VerifiedRecord, verifyRecord } from './verify-record.js';

/** What was looked at, what was found. */
export interface Verdict {
  timeline: string;
  ok: boolean;
  /** The entries that there were when it began. */
  size: number;
  /** Over all of them, in standard base64. */
  root: string;
  checked: RecordCounts & MatterCounts;
  /** Findings in all; the first hundred are listed. */
  wrong: number;
  first: Finding | null;
  findings: Finding[];
}

export interface VerifyTimelineOptions {
  /** What an auditor kept. */
  kept?: KeptRoot[];
  /** `done` of `total` entries, each of which is looked at twice: in its place, and in its stream. */
  onProgress?: (done: number, total: number) => void;
}

/**
 * Recomputes all that is stored of a timeline from the bytes of its ledger: each entry, digest, leaf and tile, the
 * root, the head, and every row of the read models at every position. It goes on behind what it finds, to count it.
 * @throws UnknownTimeline
 */
export async function verifyTimeline(
  db: Pool,
  kinds: KindTable,
  timeline: string,
  { kept = [], onProgress }: VerifyTimelineOptions = {},
): Promise<Verdict> {
  const findings = new Findings();
  const head = await readHead(db, timeline);
  const total = 2 * head.size;
  const record = await verifyRecord(databaseRecord(db, timeline, head.size), findings, {
    kept,
    onProgress: (position) => onProgress?.(position, total),
  });
  checkHead(findings, head, record);
  await checkOutside(db, timeline, head.size, findings);
  const counts = await verifyMatters(db, kinds, timeline, findings, (folded) =>
    onProgress?.(Math.min(total, head.size + folded), total),
  );
  if (counts.ofAnotherFold > 0) {
    const detail =
      `${counts.ofAnotherFold} matters were not looked at, for another version of the fold made their slots: ` +
      `\`dateline rebuild ${timeline}\` makes them anew`;
    findings.add('fold-differs', 0, detail);
  }
  const { root, tip: _tip, recordedAt: _recordedAt, ...looked } = record;
  return {
    timeline,
    ok: findings.total === 0,
    size: head.size,
    root: root.toString('base64'),
    checked: { ...looked, ...counts },
    wrong: findings.total,
    first: findings.first,
    findings: findings.list,
  };
}

function checkHead(
  findings: Findings,
  { size, tip, recordedAt }: { size: number; tip: Buffer; recordedAt: number },
  record: VerifiedRecord,
): void {
  const last = Math.max(0, size - 1);
  if (!tip.equals(record.tip)) {
    findings.add('head-differs', last, 'the head does not have the leaf hash of the last entry');
  }
  if (recordedAt !== record.recordedAt) {
    findings.add('head-differs', last, 'the head does not say when the last entry was recorded');
  }
}

async function verifyMatters(
  db: Pool,
  kinds: KindTable,
  timeline: string,
  findings: Findings,
  onProgress: (folded: number) => void,
): Promise<MatterCounts> {
  const sum = noCounts();
  for (let after: string | null = ''; after !== null;) {
    const { last, counts }: Awaited<ReturnType<typeof verifyNextMatters>> = await verifyNextMatters(
      db,
      kinds,
      timeline,
      after,
      findings,
    );
    for (const name of Object.keys(sum) as (keyof MatterCounts)[]) sum[name] += counts[name];
    onProgress(sum.folded);
    after = last;
  }
  await findRowsOfNothing(db, timeline, findings);
  return sum;
}
