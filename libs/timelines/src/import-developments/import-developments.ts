import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import type { Content } from '#libs/chronology';
import type { NdjsonLine } from '#libs/exchange';
import type { Ledger } from '#libs/ledger';
import type { Vocabularies } from '#libs/situations';
import { KnownKinds } from '../recording/known-kinds.js';
import { TimelineDirectory } from '../timeline-directory.js';
import { CLOCK, LEDGER, READERS, VOCABULARIES } from '../tokens.js';
import type { ImportStep } from './import-step.js';
import { inFlight } from './in-flight.js';
import { LineImport } from './line-import.js';

export interface DevelopmentsToImport {
  timeline: string;
  /** Developments as they come, a few lines at a time. */
  lines: AsyncIterable<NdjsonLine[]>;
  /** The random id of the key that records; `dateline` for the service itself. */
  recordedBy: string;
  /** Types that whoever sends them may not record, each with what it would need. */
  mayNotRecord: ReadonlyMap<string, string>;
}

/**
 * Records developments line by line, any number of them, up to the first that cannot be. A receipt is given once its
 * development is on disk; receipts come in the order of the lines, and what has one stays. Lines are read only as
 * fast as receipts are taken. Sending everything again gives the first receipts and goes on where it ended.
 */
export class ImportDevelopments extends Command<AsyncGenerator<ImportStep, void, void>> {
  constructor(readonly request: DevelopmentsToImport) {
    super();
  }
}

/** Groups of lines under way at once: three that the ledger writes, and what is read and looked up meanwhile. */
const groupsInFlight = 8;

@CommandHandler(ImportDevelopments)
export class ImportDevelopmentsHandler implements ICommandHandler<ImportDevelopments> {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger<Content>,
    @Inject(READERS) private readonly readers: Pool,
    @Inject(VOCABULARIES) private readonly vocabularies: Vocabularies,
    private readonly directory: TimelineDirectory,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  /** @throws UnknownTimeline; the steps reject with what `lines` rejects with */
  async execute({ request }: ImportDevelopments): Promise<AsyncGenerator<ImportStep, void, void>> {
    const { slug, timezone } = await this.directory.find(request.timeline);
    const { ledger, readers, vocabularies, clock } = this;
    const { recordedBy, mayNotRecord } = request;
    const kinds = new KnownKinds({ readers, vocabularies, timeline: slug });
    const lines = new LineImport({ ledger, readers, kinds, slug, timezone, recordedBy, mayNotRecord, clock });
    return inFlight(request.lines, (group) => lines.record(group), groupsInFlight);
  }
}
