import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { formatInstant, type KindTable } from '#libs/chronology';
import { notesAt, parkedMatters, slotsAt } from '#libs/situations';
import { checkKind, checkPanel } from '../known-names.js';
import { matterState } from '../matter-state.js';
import { type PointParameters, Points } from '../point.js';
import { KINDS, READERS } from '../tokens.js';
import { panelsOf } from './panels.js';

export interface SituationParameters extends PointParameters {
  kind?: string | undefined;
  panel?: string | undefined;
  /** Matters that name this actor, or recipient. */
  actor?: string | undefined;
  place?: string | undefined;
  includeClosed?: boolean | undefined;
}

/** All matters of a timeline at one (asOf, knownAt). */
export class GetSituation extends Query<object> {
  constructor(readonly parameters: SituationParameters) {
    super();
  }
}

@QueryHandler(GetSituation)
export class GetSituationHandler implements IQueryHandler<GetSituation> {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    @Inject(KINDS) private readonly kinds: KindTable,
    private readonly points: Points,
  ) {}

  /** @throws UnknownTimeline, InvalidParameter, NotCaughtUp */
  async execute({ parameters }: GetSituation): Promise<object> {
    const { kind, panel, actor, place, includeClosed = false } = parameters;
    if (kind !== undefined) checkKind(kind, this.kinds);
    if (panel !== undefined) checkPanel(panel, this.kinds);
    const { timeline, asOf, knownAt, knownAtView } = await this.points.resolve(parameters);

    const all = await slotsAt(this.readers, timeline.slug, asOf, knownAt);
    const slots = all.filter(
      ({ state }) =>
        (includeClosed || state.open) &&
        (kind === undefined || state.kind === kind) &&
        (panel === undefined || this.kinds.get(state.kind)?.panel === panel) &&
        (actor === undefined || state.actors.includes(actor) || state.recipients.includes(actor)) &&
        (place === undefined || state.places.some(({ ref }) => ref === place)),
    );
    const matters = slots.map(({ matter }) => matter);
    const [beside, parked] = await Promise.all([
      notesAt(this.readers, timeline.slug, matters, asOf, knownAt),
      parkedMatters(this.readers, timeline.slug),
    ]);
    const shown = slots.map((slot) => ({
      slot,
      view: matterState(slot, asOf, this.kinds, beside.get(slot.matter)),
    }));

    return {
      timeline: timeline.slug,
      asOf: formatInstant(asOf),
      knownAt: knownAtView,
      panels: panelsOf(shown, asOf, this.kinds),
      contested: slots.filter(({ state }) => state.contested.length > 0).map(({ matter }) => matter),
      anomalies: [
        ...slots.flatMap(({ matter, state }) => state.anomalies.map((anomaly) => ({ matter, ...anomaly }))),
        ...parked
          .filter(({ matter, position }) => position <= knownAt && matters.includes(matter))
          .map(({ matter, position, reason }) => ({
            matter,
            code: 'parked',
            detail: `its fold failed at position ${position} and its slots stand as they were: ${reason}`,
          })),
      ],
    };
  }
}
