import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { UnknownTimeline } from '#libs/ledger';
import { timelineColumns, type TimelineRow, type TimelineView, timelineView } from '../timeline-view.js';
import { READERS } from '../tokens.js';

export class GetTimeline extends Query<TimelineView> {
  constructor(readonly slug: string) {
    super();
  }
}

@QueryHandler(GetTimeline)
export class GetTimelineHandler implements IQueryHandler<GetTimeline> {
  constructor(@Inject(READERS) private readonly readers: Pool) {}

  /** @throws UnknownTimeline */
  async execute({ slug }: GetTimeline): Promise<TimelineView> {
    const { rows } = await this.readers.query<TimelineRow>({
      name: 'get-timeline',
      text: `select ${timelineColumns} from timeline t join ledger_head h on h.timeline = t.slug where t.slug = $1`,
      values: [slug],
    });
    if (!rows[0]) throw new UnknownTimeline(slug);
    return timelineView(rows[0]);
  }
}
