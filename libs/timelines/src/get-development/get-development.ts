import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { counts, type Item } from '#libs/chronology';
import { readIds, readPositions, type StoredEntry } from '#libs/ledger';
import { decisionsAbout, withheldAmong, writeBounds } from '#libs/situations';
import { UnknownDevelopment } from '../errors.js';
import { flatDevelopment } from '../flat-development.js';
import { itemsAfter } from '../items-known.js';
import { LogProofs } from '../log-proofs.js';
import { Points } from '../point.js';
import { redactionsOf } from '../redactions-of.js';
import type { Sight } from '../sight.js';
import { TimelineDirectory } from '../timeline-directory.js';
import { READERS } from '../tokens.js';

export interface DevelopmentParameters {
  timeline: string;
  id: string;
  atLeast?: string | undefined;
  /** With what it takes to check offline that it is recorded. */
  proof?: boolean;
  sight: Sight;
}

/** One development as recorded, as it counts now, and what the desk decided about it. */
export class GetDevelopment extends Query<object> {
  constructor(readonly parameters: DevelopmentParameters) {
    super();
  }
}

@QueryHandler(GetDevelopment)
export class GetDevelopmentHandler implements IQueryHandler<GetDevelopment> {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    private readonly points: Points,
    private readonly directory: TimelineDirectory,
    private readonly proofs: LogProofs,
  ) {}

  /** @throws UnknownTimeline, UnknownDevelopment, NotCaughtUp, LogInconsistent */
  async execute({ parameters }: GetDevelopment): Promise<object> {
    const { timeline, id, atLeast, sight } = parameters;
    const { slug } = await this.directory.find(timeline);
    const size = await this.points.sizeOf(slug, atLeast);
    const [entry] = await readIds(this.readers, slug, [id]);
    if (!entry) throw new UnknownDevelopment(slug, id);
    const decisions = await decisionsAbout(this.readers, slug, entry.position, size);
    const hidden = await this.hiddenFrom(sight, slug, [entry.position, ...decisions]);
    // What is withheld from whoever asks is answered as if it were not there.
    if (hidden.has(entry.position)) throw new UnknownDevelopment(slug, id);
    const seen = decisions.filter((position) => !hidden.has(position));
    const desk = await readPositions(this.readers, slug, seen);
    const redactions = await redactionsOf(this.readers, slug, [entry, ...desk]);
    // None of the desk's or the registry's.
    const item = itemsAfter([entry], desk).get(id) ?? null;
    return {
      ...flatDevelopment(entry, sight, redactions),
      current: item && { ...item.content, bounds: writeBounds(item.bounds) },
      status: item && statusOf(item),
      desk: desk.map((decision) => flatDevelopment(decision, sight, redactions)),
      ...(parameters.proof && { proof: await this.proofOf(slug, entry, sight) }),
    };
  }

  /** With a salt the content could be proved to others for ever, also after its redaction: few get it. */
  private async proofOf(timeline: string, stored: StoredEntry, sight: Sight): Promise<object> {
    const { entry, payload, salt, position } = stored;
    const content = { payload: payload?.toString('base64') ?? null, salt: salt?.toString('base64') ?? null };
    return {
      ...(await this.proofs.inclusion(timeline, position)),
      entry: entry.toString('base64'),
      ...(sight.salts && content),
    };
  }

  private async hiddenFrom(sight: Sight, timeline: string, positions: number[]): Promise<Set<number>> {
    return sight.withheld ? new Set() : withheldAmong(this.readers, timeline, positions);
  }
}

function statusOf(item: Item): object {
  const { held, embargoed, retracted, verification } = item;
  return { counts: counts(item), held, embargoed, retracted, verification };
}
