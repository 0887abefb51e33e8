import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { formatInstant, mainAttribution } from '#libs/chronology';
import type { SlotRow } from '#libs/situations';
import { mattersConcerning } from '../concerning.js';
import { developmentsNaming, type Naming, type PageParameters } from '../developments-naming.js';
import { UnknownActor } from '../errors.js';
import { totalsAt } from '../panels.js';
import { type Point, type PointParameters, Points } from '../point.js';
import { READERS } from '../tokens.js';

export interface ActorParameters extends PointParameters, PageParameters {
  actor: string;
}

/** An actor at one (asOf, knownAt), under whichever of its names: who it is, and everything that concerns it. */
export class GetActor extends Query<object> {
  constructor(readonly parameters: ActorParameters) {
    super();
  }
}

@QueryHandler(GetActor)
export class GetActorHandler implements IQueryHandler<GetActor> {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    private readonly points: Points,
  ) {}

  /** @throws UnknownTimeline, UnknownActor, InvalidParameter, InvalidCursor, NotCaughtUp */
  async execute({ parameters }: GetActor): Promise<object> {
    const { actor: slug, after } = parameters;
    const point = await this.points.resolve(parameters);
    const { timeline, asOf, knownAtView, kinds, registry } = point;
    const identity = registry.identityOf(slug);
    const names = registry.namesOf(slug);
    const { slots, matters } = await mattersConcerning(this.readers, point, rolesOf(point, slug));
    const naming: Naming = { facet: 'actor', slugs: names };
    const { developments, isNamed } = await developmentsNaming(this.readers, point, naming, parameters);
    const registered = registry.actors.get(identity) ?? registry.actors.get(slug);
    if (!registered && matters.length === 0 && !isNamed && after === undefined) {
      throw new UnknownActor(timeline.slug, slug);
    }
    const totals = totalsAt(slots, asOf, kinds, registry);
    return {
      timeline: timeline.slug,
      asOf: formatInstant(asOf),
      knownAt: knownAtView,
      actor: slug,
      identity,
      names,
      registered: registered !== undefined && registry.actors.has(identity),
      name: registered?.name ?? null,
      aliases: aliasesOf(point, names, registered?.name),
      actorType: registered?.actorType ?? null,
      totals: [...totals].flatMap(([panel, rows]) =>
        rows.filter(({ actor }) => actor === identity).map((row) => ({ panel, ...row })),
      ),
      matters,
      developments,
    };
  }
}

/** Names of all that was merged, the one it is served under aside. */
function aliasesOf({ registry }: Point, names: string[], name: string | undefined): string[] {
  const all = names.flatMap((slug) => {
    const actor = registry.actors.get(slug);
    return actor ? [actor.name, ...actor.aliases] : [];
  });
  return [...new Set(all)].filter((alias) => alias !== name);
}

/** Whoever gave a level has a part in the matter, also where a later report names others. */
function rolesOf({ registry }: Point, slug: string): (slot: SlotRow) => string[] {
  const identity = registry.identityOf(slug);
  const is = (other: string) => registry.identityOf(other) === identity;
  return ({ state: { actors, recipients, attribution, quantities } }) => {
    const source = attribution === null ? null : mainAttribution(attribution);
    return [
      ...(actors.some(is) || quantities.some(({ actor }) => actor !== null && is(actor)) ? ['actor'] : []),
      ...(recipients.some(is) ? ['recipient'] : []),
      ...(source && source.record !== 'anonymous' && is(source.by) ? ['source'] : []),
    ];
  };
}
