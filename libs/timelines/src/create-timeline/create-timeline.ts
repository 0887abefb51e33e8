import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { isZone } from '#libs/chronology';
import { inTransaction } from '#libs/database';
import { InvalidInput } from '../errors.js';
import { insertTimeline } from '../insert-timeline.js';
import type { Timeline } from '../timeline-directory.js';
import { type TimelineView, timelineView } from '../timeline-view.js';
import { CLOCK, READERS } from '../tokens.js';

/** Opens a timeline with an empty ledger. */
export class CreateTimeline extends Command<TimelineView> {
  constructor(readonly timeline: Timeline) {
    super();
  }
}

@CommandHandler(CreateTimeline)
export class CreateTimelineHandler implements ICommandHandler<CreateTimeline> {
  constructor(
    @Inject(READERS) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  /** @throws InvalidInput for a zone that does not exist, TimelineExists */
  async execute({ timeline }: CreateTimeline): Promise<TimelineView> {
    const { timezone } = timeline;
    if (!isZone(timezone)) {
      const detail = `${timezone} is not an IANA time zone; use a name such as America/Caracas`;
      throw new InvalidInput('refused', [{ pointer: '/timezone', detail }]);
    }
    const createdAt = this.clock();
    await inTransaction(this.pool, (client) => insertTimeline(client, timeline, createdAt));
    return timelineView({ ...timeline, createdAt, size: 0, recordedAt: 0 });
  }
}
