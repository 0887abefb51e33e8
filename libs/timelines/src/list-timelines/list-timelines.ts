import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { type Page, pageOf } from '../page.js';
import { timelineColumns, type TimelineRow, type TimelineView, timelineView } from '../timeline-view.js';
import { READERS } from '../tokens.js';

/** The timelines by slug, those behind the slug `after`. */
export class ListTimelines extends Query<Page<TimelineView>> {
  /** @param known the timelines to be listed besides those that are public; null for all */
  constructor(
    readonly page: { after?: string | undefined; limit: number },
    readonly known: ReadonlySet<string> | null,
  ) {
    super();
  }
}

@QueryHandler(ListTimelines)
export class ListTimelinesHandler implements IQueryHandler<ListTimelines> {
  constructor(@Inject(READERS) private readonly readers: Pool) {}

  async execute({ page: { after = '', limit }, known }: ListTimelines): Promise<Page<TimelineView>> {
    const { rows } = await this.readers.query<TimelineRow>({
      name: 'list-timelines',
      text: `select ${timelineColumns} from timeline t join ledger_head h on h.timeline = t.slug
             where t.slug > $1 and ($3::text[] is null or t.visibility = 'public' or t.slug = any($3))
             order by t.slug limit $2`,
      values: [after, limit + 1, known && [...known]],
    });
    return pageOf(rows.map(timelineView), limit, ({ slug }) => slug);
  }
}
