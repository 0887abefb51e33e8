import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import {
  decide,
  type DeskContent,
  isWorld,
  type Item,
  itemOf,
  type Recorded,
  type WorldContent,
} from '#libs/chronology';
import { readIds, readPositions, type StoredEntry } from '#libs/ledger';
import { findDevelopments, indexLog, readRecorded, writeBounds } from '#libs/situations';
import { UnknownDevelopment } from '../errors.js';
import { flatDevelopment } from '../flat-development.js';
import { Points } from '../point.js';
import type { Sight } from '../sight.js';
import { TimelineDirectory } from '../timeline-directory.js';
import { READERS } from '../tokens.js';

export interface DevelopmentParameters {
  timeline: string;
  id: string;
  atLeast?: string | undefined;
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
  ) {}

  /** @throws UnknownTimeline, UnknownDevelopment, NotCaughtUp */
  async execute({ parameters: { timeline, id, atLeast, sight } }: GetDevelopment): Promise<object> {
    const { slug } = await this.directory.find(timeline);
    const size = await this.points.sizeOf(slug, atLeast);
    const [entry] = await readIds(this.readers, slug, [id]);
    if (!entry) throw new UnknownDevelopment(slug, id);
    const desk = await this.decisionsAbout(slug, id, size);
    const item = currentItem(entry, desk);
    return {
      ...flatDevelopment(entry, sight),
      current: item && { ...item.content, bounds: writeBounds(item.bounds) },
      status: item && statusOf(item),
      desk: desk.map((decision) => flatDevelopment(decision, sight)),
    };
  }

  private async decisionsAbout(timeline: string, id: string, size: number): Promise<StoredEntry[]> {
    await indexLog(this.readers, timeline, size);
    const positions = await findDevelopments(this.readers, timeline, {
      facets: { target: id },
      after: -1,
      before: size,
      order: 'asc',
      limit: size,
    });
    return readPositions(this.readers, timeline, positions);
  }
}

/** A world development with all the desk decided laid over it; null for desk and registry ones. */
function currentItem(entry: StoredEntry, desk: StoredEntry[]): Item | null {
  const recorded = readRecorded(entry);
  if (!recorded || !isWorld(recorded.content)) return null;
  let item = itemOf(recorded as Recorded<WorldContent>);
  for (const decision of desk) {
    const decided = readRecorded(decision);
    if (decided) item = decide(item, decided as Recorded<DeskContent>);
  }
  return item;
}

function statusOf({ held, embargoed, retracted, verification }: Item): object {
  return { counts: !held && !embargoed && !retracted, held, embargoed, retracted, verification };
}
