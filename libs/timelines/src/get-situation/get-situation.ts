import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { notesAt, parkedMatters, slotsAt } from '#libs/situations';
import { Points } from '../point.js';
import {
  checkSituationNames,
  isAskedFor,
  situationAnswer,
  type SituationParameters,
} from '../situation-answer.js';
import { READERS } from '../tokens.js';

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
    private readonly points: Points,
  ) {}

  /** @throws UnknownTimeline, InvalidParameter, NotCaughtUp */
  async execute({ parameters }: GetSituation): Promise<object> {
    const point = await this.points.resolve(parameters);
    checkSituationNames(parameters, point.kinds);
    const all = await slotsAt(this.readers, point);
    const slots = all.filter((slot) => isAskedFor(slot, parameters, point));
    const matters = slots.map(({ matter }) => matter);
    const [beside, parked] = await Promise.all([
      notesAt(this.readers, point, matters),
      parkedMatters(this.readers, point.models),
    ]);
    return situationAnswer(point, { slots, beside, parked });
  }
}
