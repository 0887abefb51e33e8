import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { type Page, pageOf } from '../page.js';
import { timelineColumns, type TimelineRow, type TimelineView, timelineView } from '../timeline-view.js';
import { READERS } from '../tokens.js';

/** The timelines by slug, those behind the slug `after`. */
export class ListTimelines extends Query<Page<TimelineView>> {
  constructor(readonly page: { after?: string | undefined; limit: number }) {
    super();
  }
}

@QueryHandler(ListTimelines)
export class ListTimelinesHandler implements IQueryHandler<ListTimelines> {
  constructor(@Inject(READERS) private readonly readers: Pool) {}

  async execute({ page: { after = '', limit } }: ListTimelines): Promise<Page<TimelineView>> {
    const { rows } = await this.readers.query<TimelineRow>({
      name: 'list-timelines',
      text: `select ${timelineColumns} from timeline t join ledger_head h on h.timeline = t.slug
             where t.slug > $1 order by t.slug limit $2`,
      values: [after, limit + 1],
    });
    return pageOf(rows.map(timelineView), limit, ({ slug }) => slug);
  }
}
