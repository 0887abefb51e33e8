import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Registry } from '#libs/chronology';
import { type Page, pageOf } from '../page.js';
import { type PointParameters, Points } from '../point.js';

export interface RegistryParameters extends PointParameters {
  list: 'actors' | 'places';
  /** The slug behind which the page begins. */
  after?: string | undefined;
  limit: number;
}

/** The actors or places that are registered as known at knownAt, by slug. */
export class ListRegistry extends Query<Page<object>> {
  constructor(readonly parameters: RegistryParameters) {
    super();
  }
}

@QueryHandler(ListRegistry)
export class ListRegistryHandler implements IQueryHandler<ListRegistry> {
  constructor(private readonly points: Points) {}

  /** @throws UnknownTimeline, InvalidParameter, NotCaughtUp */
  async execute({ parameters }: ListRegistry): Promise<Page<object>> {
    const { list, after, limit } = parameters;
    const { registry } = await this.points.resolve(parameters);
    const slugs = [...registry[list].keys()].filter((slug) => after === undefined || slug > after).sort();
    const { items, next } = pageOf(slugs.slice(0, limit + 1), limit, (slug) => slug);
    return { items: items.map((slug) => views[list](registry, slug)), next };
  }
}

const views = {
  actors: (registry: Registry, slug: string) => ({
    ...registry.actors.get(slug),
    identity: registry.identityOf(slug),
  }),
  places: (registry: Registry, slug: string) => ({ ...registry.places.get(slug) }),
};
