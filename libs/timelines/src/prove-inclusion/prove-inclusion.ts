import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { InvalidParameter } from '../errors.js';
import { type InclusionProof, LogProofs, readSize } from '../log-proofs.js';
import { TimelineDirectory } from '../timeline-directory.js';

/** Proves that the entry at a position is among the first `size` of the log; by default, of the last checkpoint. */
export class ProveInclusion extends Query<InclusionProof> {
  constructor(readonly parameters: { timeline: string; position?: string; size?: string }) {
    super();
  }
}

@QueryHandler(ProveInclusion)
export class ProveInclusionHandler implements IQueryHandler<ProveInclusion> {
  constructor(
    private readonly proofs: LogProofs,
    private readonly directory: TimelineDirectory,
  ) {}

  /** @throws UnknownTimeline, InvalidParameter, LogInconsistent */
  async execute({ parameters: { timeline, position, size } }: ProveInclusion): Promise<InclusionProof> {
    if (position === undefined)
      throw new InvalidParameter('position', 'is needed: that of the entry to prove');
    const at = readSize('position', position);
    const until = size === undefined ? undefined : readSize('size', size);
    const { slug } = await this.directory.find(timeline);
    return this.proofs.inclusion(slug, at, until);
  }
}
