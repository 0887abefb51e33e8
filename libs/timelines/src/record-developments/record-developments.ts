import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import type { Content } from '#libs/chronology';
import { GroupRefused, type Ledger } from '#libs/ledger';
import { UnknownTarget, type Vocabularies } from '#libs/situations';
import { findTargets } from '../recording/find-targets.js';
import { keepEmbargoes } from '../recording/keep-embargoes.js';
import { KnownKinds } from '../recording/known-kinds.js';
import { proposalOf } from '../recording/proposal-of.js';
import { readAll } from '../recording/read-all.js';
import { type Receipt, receiptOf } from '../recording/receipt.js';
import { refusalOf } from '../recording/refusal.js';
import { TimelineDirectory } from '../timeline-directory.js';
import { CLOCK, LEDGER, READERS, VOCABULARIES } from '../tokens.js';

export interface DevelopmentsToRecord {
  timeline: string;
  /** Developments as a client sends them, parsed and not yet looked at. All are recorded, or none. */
  bodies: unknown[];
  /** Whether faults are told by pointers into one development, or into an array of them. */
  pointers: 'single' | 'array';
  /** The random id of the key that records; `dateline` for the service itself. */
  recordedBy: string;
  /** Types that whoever sends them may not record, each with what it would need. */
  mayNotRecord: ReadonlyMap<string, string>;
  /** The version that the matter must be at; 0 = it must not exist. */
  expectedVersion?: number | undefined;
}

/** Records developments, in order, all or none; answered once they are on disk. */
export class RecordDevelopments extends Command<Receipt[]> {
  constructor(readonly request: DevelopmentsToRecord) {
    super();
  }
}

@CommandHandler(RecordDevelopments)
export class RecordDevelopmentsHandler implements ICommandHandler<RecordDevelopments> {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger<Content>,
    @Inject(READERS) private readonly readers: Pool,
    @Inject(VOCABULARIES) private readonly vocabularies: Vocabularies,
    private readonly directory: TimelineDirectory,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  /** @throws UnknownTimeline, InvalidInput, NotYoursToRecord, DevelopmentRefused, LedgerBusy */
  async execute({ request }: RecordDevelopments): Promise<Receipt[]> {
    const { slug, timezone } = await this.directory.find(request.timeline);
    const { mayNotRecord } = request;
    const prefix = (index: number) => (request.pointers === 'single' ? '' : `/${index}`);
    const { readers, vocabularies } = this;
    const kinds = new KnownKinds({ readers, vocabularies, timeline: slug });
    const drafts = await readAll(request.bodies, { kinds, timezone, mayNotRecord, prefix });
    const placed = await findTargets(this.readers, slug, drafts);
    const now = this.clock();
    const proposals = placed.map((each, index) => {
      if (each instanceof UnknownTarget) throw refusalOf(each, prefix(index));
      return proposalOf(each, now, request.expectedVersion);
    });
    await keepEmbargoes(proposals, now, this.readers);
    try {
      return (await this.ledger.append(slug, proposals, request.recordedBy)).map(receiptOf);
    } catch (error) {
      throw error instanceof GroupRefused ? refusalOf(error.cause, prefix(error.index)) : error;
    }
  }
}
