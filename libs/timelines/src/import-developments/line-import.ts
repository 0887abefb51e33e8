import type { Pool } from 'pg';
import type { Content } from '#libs/chronology';
import type { NdjsonLine } from '#libs/exchange';
import { GroupRefused, type Ledger, type Proposal, Run } from '#libs/ledger';
import { UnknownTarget } from '#libs/situations';
import type { Draft } from '../intake/drafts.js';
import { findTargets } from '../recording/find-targets.js';
import { keepEmbargoes } from '../recording/keep-embargoes.js';
import type { KnownKinds } from '../recording/known-kinds.js';
import { proposalOf } from '../recording/proposal-of.js';
import { readAll, readKnown, type Reading } from '../recording/read-all.js';
import { receiptOf } from '../recording/receipt.js';
import { refusalOf } from '../recording/refusal.js';
import type { ImportStep } from './import-step.js';

export interface LineImportSettings {
  ledger: Ledger<Content>;
  readers: Pool;
  kinds: KnownKinds;
  slug: string;
  /** That of the timeline: the zone of a development that names none. */
  timezone: string;
  recordedBy: string;
  mayNotRecord: ReadonlyMap<string, string>;
  clock: () => number;
}

/** What can be told of a group of lines without the ledger: its developments up to the first that is refused. */
interface Read {
  drafts: Draft[];
  lines: number[];
  ended?: { line: number; error: unknown };
}

/** One import: groups of lines that go to the ledger one behind the other, as one run. */
export class LineImport {
  private readonly run = new Run();
  /** Settles when all groups that were handed over are answered. */
  private answered: Promise<void> = Promise.resolve();
  /** A line was refused before it came to the ledger. */
  private over = false;

  private readonly reading: Reading;

  constructor(private readonly settings: LineImportSettings) {
    const { kinds, timezone, mayNotRecord } = settings;
    this.reading = { kinds, timezone, mayNotRecord, prefix: () => '' };
  }

  /** Resolves when the group waits in the ledger's queue, with the promise of what becomes of it. Never rejects. */
  async record(group: NdjsonLine[]): Promise<{ step: Promise<ImportStep> }> {
    if (this.over) return { step: Promise.resolve({ receipts: [] }) };
    const read = await this.read(group);
    let proposals: Proposal<Content>[];
    try {
      proposals = await this.place(read);
    } catch (error) {
      // As its step, or the receipts of the groups before it were lost.
      this.over = true;
      return { step: Promise.resolve({ receipts: [], ended: { line: read.lines[0]!, error } }) };
    }
    this.over = read.ended !== undefined;
    const step = this.append(proposals, read);
    this.answered = Promise.all([this.answered, step]).then(() => undefined);
    return { step };
  }

  private async read(group: NdjsonLine[]): Promise<Read> {
    return this.readWhole(group) ?? (await this.readEach(group));
  }

  /** Nearly always all lines are right: then they take one pass, and no promise for each. Null where one is not. */
  private readWhole(group: NdjsonLine[]): Read | null {
    const bodies: unknown[] = [];
    const lines: number[] = [];
    for (const each of group) {
      if ('error' in each) return null;
      bodies.push(each.value);
      lines.push(each.line);
    }
    try {
      return { drafts: readKnown(bodies, this.reading), lines };
    } catch {
      return null;
    }
  }

  /** Up to the first line that is not right. */
  private async readEach(group: NdjsonLine[]): Promise<Read> {
    const read: Read = { drafts: [], lines: [] };
    for (const each of group) {
      try {
        if ('error' in each) throw each.error;
        read.drafts.push(...(await readAll([each.value], this.reading)));
        read.lines.push(each.line);
      } catch (error) {
        read.ended = { line: each.line, error };
        break;
      }
    }
    return read;
  }

  /** Finds the targets, also those that are still on their way to the ledger, and ends where there is none. */
  private async place(read: Read): Promise<Proposal<Content>[]> {
    const { readers, slug, clock } = this.settings;
    let placed = await findTargets(readers, slug, read.drafts);
    if (placed.some((each) => each instanceof UnknownTarget)) {
      await this.answered;
      placed = await findTargets(readers, slug, read.drafts);
    }
    const now = clock();
    const proposals: Proposal<Content>[] = [];
    for (const [index, each] of placed.entries()) {
      if (each instanceof UnknownTarget) {
        read.ended = { line: read.lines[index]!, error: refusalOf(each, '') };
        break;
      }
      const proposal = proposalOf(each, now);
      proposal.bulk = true;
      proposals.push(proposal);
    }
    await keepEmbargoes(proposals, now, readers);
    return proposals;
  }

  /** Never rejects. */
  private async append(proposals: Proposal<Content>[], { lines, ended }: Read): Promise<ImportStep> {
    const { ledger, slug, recordedBy } = this.settings;
    try {
      const appended =
        proposals.length === 0 ? [] : await ledger.append(slug, proposals, recordedBy, this.run);
      return { receipts: appended.map(receiptOf), ...(ended && { ended }) };
    } catch (error) {
      if (!(error instanceof GroupRefused)) return { receipts: [], ended: { line: lines[0]!, error } };
      const { index, appended, cause } = error;
      return {
        receipts: appended.map(receiptOf),
        ended: { line: lines[index]!, error: refusalOf(cause, '') },
      };
    }
  }
}
