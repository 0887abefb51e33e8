import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Notary } from '#libs/notary';
import { TimelineDirectory } from '../timeline-directory.js';
import { NOTARY } from '../tokens.js';

/** The last checkpoint of a timeline's log: a signed note that covers all that was committed before it was asked for. */
export class ReadCheckpoint extends Query<string> {
  constructor(readonly timeline: string) {
    super();
  }
}

@QueryHandler(ReadCheckpoint)
export class ReadCheckpointHandler implements IQueryHandler<ReadCheckpoint> {
  constructor(
    @Inject(NOTARY) private readonly notary: Notary,
    private readonly directory: TimelineDirectory,
  ) {}

  /** @throws UnknownTimeline, LogInconsistent */
  async execute({ timeline }: ReadCheckpoint): Promise<string> {
    const { slug } = await this.directory.find(timeline);
    return (await this.notary.checkpoint(slug)).note;
  }
}
