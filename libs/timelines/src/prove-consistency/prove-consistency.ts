import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { InvalidParameter } from '../errors.js';
import { type ConsistencyProof, LogProofs, readSize } from '../log-proofs.js';
import { TimelineDirectory } from '../timeline-directory.js';

/** Proves that the log of `to` entries (by default, of the last checkpoint) begins with the one of `from`. */
export class ProveConsistency extends Query<ConsistencyProof> {
  constructor(readonly parameters: { timeline: string; from?: string; to?: string }) {
    super();
  }
}

@QueryHandler(ProveConsistency)
export class ProveConsistencyHandler implements IQueryHandler<ProveConsistency> {
  constructor(
    private readonly proofs: LogProofs,
    private readonly directory: TimelineDirectory,
  ) {}

  /** @throws UnknownTimeline, InvalidParameter, LogInconsistent */
  async execute({ parameters: { timeline, from, to } }: ProveConsistency): Promise<ConsistencyProof> {
    if (from === undefined)
      throw new InvalidParameter('from', 'is needed: the size of the earlier checkpoint');
    const earlier = readSize('from', from);
    const later = to === undefined ? undefined : readSize('to', to);
    const { slug } = await this.directory.find(timeline);
    return this.proofs.consistency(slug, earlier, later);
  }
}
