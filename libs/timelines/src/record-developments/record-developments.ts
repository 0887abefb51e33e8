import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { type Content, formatInstant, type KindTable } from '#libs/chronology';
import { type Appended, freshRandomBytes, GroupRefused, type Ledger, type Proposal } from '#libs/ledger';
import type { WrittenBounds } from '#libs/situations';
import { TimelineDirectory } from '../timeline-directory.js';
import { KINDS, LEDGER, READERS } from '../tokens.js';
import { findTargets } from './find-targets.js';
import { readAll } from './read-all.js';
import { refusalOf } from './refusal.js';

/** What a recorder gets back. */
export interface Receipt {
  id: string;
  position: number;
  version: number;
  recordedAt: string;
  /** Standard base64. */
  leafHash: string;
  bounds: WrittenBounds | null;
  /** True where the same id with the same content stood in the ledger already: this is its first receipt. */
  duplicate: boolean;
}

export interface DevelopmentsToRecord {
  timeline: string;
  /** Developments as a client sends them, parsed and not yet looked at. All are recorded, or none. */
  bodies: unknown[];
  /** Whether faults are told by pointers into one development, or into an array of them. */
  pointers: 'single' | 'array';
  /** The random id of the key that records; `local` while no keys exist. */
  recordedBy: string;
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
    @Inject(KINDS) private readonly kinds: KindTable,
    private readonly directory: TimelineDirectory,
  ) {}

  /** @throws UnknownTimeline, InvalidInput, DevelopmentRefused, LedgerBusy */
  async execute({ request }: RecordDevelopments): Promise<Receipt[]> {
    const { slug, timezone } = await this.directory.find(request.timeline);
    const prefix = (index: number) => (request.pointers === 'single' ? '' : `/${index}`);
    const drafts = readAll(request.bodies, this.kinds, timezone, prefix);
    const contents = await findTargets(this.readers, slug, drafts, prefix);
    const proposals = contents.map((content, index): Proposal<Content> => {
      const freshId = drafts[index]!.id === undefined;
      const completed = (
        freshId ? { ...content, id: uuidv7({ random: freshRandomBytes(16) }) } : content
      ) as Content;
      const proposal = { id: completed.id, freshId, stream: completed.matter, content: completed };
      return request.expectedVersion === undefined
        ? proposal
        : { ...proposal, expectedVersion: request.expectedVersion };
    });
    try {
      return (await this.ledger.append(slug, proposals, request.recordedBy)).map(receiptOf);
    } catch (error) {
      throw error instanceof GroupRefused ? refusalOf(error.cause, prefix(error.index)) : error;
    }
  }
}

function receiptOf({ id, position, version, recordedAt, leafHash, payload, duplicate }: Appended): Receipt {
  return {
    id,
    position,
    version,
    recordedAt: formatInstant(recordedAt),
    leafHash: leafHash.toString('base64'),
    bounds: (payload as { bounds?: WrittenBounds }).bounds ?? null,
    duplicate,
  };
}
