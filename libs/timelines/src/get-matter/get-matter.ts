import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { type FoldPlace, formatInstant, placeAt } from '#libs/chronology';
import { notesAt, slotsAt } from '#libs/situations';
import { InvalidCursor, UnknownMatter } from '../errors.js';
import { matterState } from '../matter-state.js';
import { pageOf } from '../page.js';
import { type PointParameters, Points } from '../point.js';
import { READERS } from '../tokens.js';
import { developmentsFolded, firstPlace } from './developments-folded.js';

export interface MatterParameters extends PointParameters {
  matter: string;
  /** The place in the fold behind which the list of developments goes on. */
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
    const { timeline, asOf, knownAtView } = point;
    const [slot] = await slotsAt(this.readers, point, matter);
    if (!slot) throw new UnknownMatter(timeline.slug, matter);
    const beside = await notesAt(this.readers, point, [matter]);
    const folded = await developmentsFolded(this.readers, {
      ...{ timeline: timeline.slug, matter, asOf, knownAt: point.knownAt, limit: limit + 1 },
      after: after === undefined ? firstPlace : readPlace(after),
    });
    const { items, next } = pageOf(folded, limit, (item) => placeAt(item, asOf).join('.'));
    return {
      timeline: timeline.slug,
      asOf: formatInstant(asOf),
      knownAt: knownAtView,
      ...matterState(slot, asOf, point.kinds, beside.get(matter)),
      developments: { items: items.map(({ id }) => id), next },
    };
  }
}

/** @throws InvalidCursor */
function readPlace(cursor: string): FoldPlace {
  const [, begin, latest, position] = /^(-Infinity|-?\d{1,15})\.(-?\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? [];
  if (begin === undefined) throw new InvalidCursor(cursor);
  return [Number(begin), Number(latest), Number(position)];
}
