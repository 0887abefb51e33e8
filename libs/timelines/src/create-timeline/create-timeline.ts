import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { isZone } from '#libs/chronology';
import { openLedger } from '#libs/ledger';
import { InvalidInput, TimelineExists } from '../errors.js';
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
    const { slug, title, timezone, visibility } = timeline;
    if (!isZone(timezone)) {
      const detail = `${timezone} is not an IANA time zone; use a name such as America/Caracas`;
      throw new InvalidInput('refused', [{ pointer: '/timezone', detail }]);
    }
    const createdAt = this.clock();
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      const { rowCount } = await client.query(
        `insert into timeline (slug, title, timezone, visibility, created_at) values ($1, $2, $3, $4, $5)
         on conflict on constraint timeline_pk do nothing`,
        [slug, title, timezone, visibility, createdAt],
      );
      if (rowCount === 0) throw new TimelineExists(slug);
      await openLedger(client, slug);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
    return timelineView({ ...timeline, createdAt, size: 0, recordedAt: 0 });
  }
}
