import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { formatInstant } from '#libs/chronology';
import { mattersConcerning } from '../concerning.js';
import { developmentsNaming, type Naming, type PageParameters } from '../developments-naming.js';
import { UnknownPlace } from '../errors.js';
import { type PointParameters, Points } from '../point.js';
import { READERS } from '../tokens.js';

export interface PlaceParameters extends PointParameters, PageParameters {
  place: string;
}

/** A place at one (asOf, knownAt): what it is, and everything that is there. */
export class GetPlace extends Query<object> {
  constructor(readonly parameters: PlaceParameters) {
    super();
  }
}

@QueryHandler(GetPlace)
export class GetPlaceHandler implements IQueryHandler<GetPlace> {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    private readonly points: Points,
  ) {}

  /** @throws UnknownTimeline, UnknownPlace, InvalidParameter, InvalidCursor, NotCaughtUp */
  async execute({ parameters }: GetPlace): Promise<object> {
    const { place: slug, after } = parameters;
    const point = await this.points.resolve(parameters);
    const { timeline, asOf, knownAtView, registry } = point;
    const { matters } = await mattersConcerning(this.readers, point, ({ state }) =>
      state.places.some(({ ref }) => ref === slug) ? ['place'] : [],
    );
    const naming: Naming = { facet: 'place', slugs: [slug] };
    const { developments, isNamed } = await developmentsNaming(this.readers, point, naming, parameters);
    const registered = registry.places.get(slug);
    if (!registered && matters.length === 0 && !isNamed && after === undefined) {
      throw new UnknownPlace(timeline.slug, slug);
    }
    return {
      timeline: timeline.slug,
      asOf: formatInstant(asOf),
      knownAt: knownAtView,
      place: slug,
      registered: registered !== undefined,
      name: registered?.name ?? null,
      aliases: registered?.aliases ?? [],
      geometry: registered?.geometry ?? null,
      country: registered?.country ?? null,
      matters,
      developments,
    };
  }
}
