import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Points } from '../point.js';
import { TimelineDirectory } from '../timeline-directory.js';

/** That the ledger holds position `atLeast`, before something is read that has no point on the two clocks. */
export class AwaitPosition extends Query<void> {
  constructor(
    readonly timeline: string,
    readonly atLeast: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(AwaitPosition)
export class AwaitPositionHandler implements IQueryHandler<AwaitPosition> {
  constructor(
    private readonly points: Points,
    private readonly directory: TimelineDirectory,
  ) {}

  /** @throws UnknownTimeline, InvalidParameter, NotCaughtUp */
  async execute({ timeline, atLeast }: AwaitPosition): Promise<void> {
    if (atLeast === undefined) return;
    const { slug } = await this.directory.find(timeline);
    await this.points.sizeOf(slug, atLeast);
  }
}
