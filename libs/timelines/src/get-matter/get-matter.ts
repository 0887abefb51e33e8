import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { foldedFrom, formatInstant } from '#libs/chronology';
import { readStreams } from '#libs/ledger';
import { notesAt, readRecorded, slotsAt } from '#libs/situations';
import { InvalidCursor, UnknownMatter } from '../errors.js';
import { matterState } from '../matter-state.js';
import { pageOf } from '../page.js';
import { type Point, type PointParameters, Points } from '../point.js';
import { READERS } from '../tokens.js';

export interface MatterParameters extends PointParameters {
  matter: string;
  /** The id behind which the list of developments goes on. */
  after?: string | undefined;
  limit: number;
}

/** One matter at one (asOf, knownAt), with the ids of the developments it was folded from. */
export class GetMatter extends Query<object> {
  constructor(readonly parameters: MatterParameters) {
    super();
  }
}

@QueryHandler(GetMatter)
export class GetMatterHandler implements IQueryHandler<GetMatter> {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    private readonly points: Points,
  ) {}

  /** @throws UnknownTimeline, UnknownMatter, InvalidParameter, InvalidCursor, NotCaughtUp */
  async execute({ parameters }: GetMatter): Promise<object> {
    const { matter, after, limit } = parameters;
    const point = await this.points.resolve(parameters);
    const { timeline, models, asOf, knownAt, knownAtView } = point;
    const [slot] = await slotsAt(this.readers, models, asOf, knownAt, matter);
    if (!slot) throw new UnknownMatter(timeline.slug, matter);
    const beside = await notesAt(this.readers, models, [matter], asOf, knownAt);
    const ids = await this.foldedIds(point, matter);
    const start = after === undefined ? 0 : ids.indexOf(after) + 1;
    if (after !== undefined && start === 0) throw new InvalidCursor(after);
    return {
      timeline: timeline.slug,
      asOf: formatInstant(asOf),
      knownAt: knownAtView,
      ...matterState(slot, asOf, point.kinds, beside.get(matter)),
      developments: pageOf(ids.slice(start, start + limit + 1), limit, (id) => id),
    };
  }

  /** Asked of the ledger: a list that grows with every development has no place in a slot. */
  private async foldedIds({ timeline, asOf, knownAt }: Point, matter: string): Promise<string[]> {
    const entries = await readStreams(this.readers, timeline.slug, [matter], knownAt + 1);
    const recorded = entries.flatMap((entry) => readRecorded(entry) ?? []);
    return foldedFrom(recorded, asOf).map(({ id }) => id);
  }
}
