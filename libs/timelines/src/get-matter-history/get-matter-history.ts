import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { formatInstant, type Instant, parseInstant } from '#libs/chronology';
import { readPositions } from '#libs/ledger';
import { accountsOfInstant, type SlotRow, slotsOfMatter } from '#libs/situations';
import { type Cause, causeViews } from '../cause.js';
import { InvalidCursor, UnknownMatter } from '../errors.js';
import { type MatterState, matterState, slotState } from '../matter-state.js';
import { pageOf } from '../page.js';
import { type Point, type PointParameters, Points } from '../point.js';
import type { Sight } from '../sight.js';
import { READERS } from '../tokens.js';

export interface MatterHistoryParameters extends PointParameters {
  matter: string;
  /** `valid`: the matter's life as known at knownAt. `known`: how the account of one asOf changed. */
  axis: 'valid' | 'known';
  after?: string | undefined;
  limit: number;
  sight: Sight;
}

/** The slots of a matter along one of the two clocks. */
export class GetMatterHistory extends Query<object> {
  constructor(readonly parameters: MatterHistoryParameters) {
    super();
  }
}

/** What is told of the entries with which accounts begin and end, and when they were recorded; by position. */
interface Turns {
  causes: Map<number, Cause>;
  recordedAt: Map<number, Instant>;
}

/** The cursor behind a slot that begins at −∞. */
const beginning = 'beginning';

@QueryHandler(GetMatterHistory)
export class GetMatterHistoryHandler implements IQueryHandler<GetMatterHistory> {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    private readonly points: Points,
  ) {}

  /** @throws UnknownTimeline, UnknownMatter, InvalidParameter, InvalidCursor, NotCaughtUp */
  async execute({ parameters }: GetMatterHistory): Promise<object> {
    const { matter, axis, after } = parameters;
    const point = await this.points.resolve(parameters);
    const { items, next } =
      axis === 'valid' ? await this.life(point, parameters) : await this.accounts(point, parameters);
    if (items.length === 0 && after === undefined) throw new UnknownMatter(point.timeline.slug, matter);
    return {
      timeline: point.timeline.slug,
      matter,
      axis,
      ...(axis === 'known' && { asOf: formatInstant(point.asOf) }),
      knownAt: point.knownAtView,
      items,
      next,
    };
  }

  /** Certainty, notes and what is upcoming depend on an asOf, and are not told of a whole stretch. */
  private async life({ models, knownAt, kinds }: Point, { matter, after, limit }: MatterHistoryParameters) {
    const from = after === undefined ? null : after === beginning ? -Infinity : parseInstant(after);
    if (from === undefined) throw new InvalidCursor(after!);
    const slots = await slotsOfMatter(this.readers, models, matter, knownAt, from, limit + 1);
    const { items, next } = pageOf(slots, limit, ({ validFrom }) =>
      validFrom === -Infinity ? beginning : formatInstant(validFrom),
    );
    return { items: items.map((slot) => slotState(slot, kinds)), next };
  }

  private async accounts(point: Point, parameters: MatterHistoryParameters) {
    const { models, asOf, knownAt } = point;
    const { matter, after = '-1', limit } = parameters;
    if (!/^(-1|\d{1,15})$/.test(after)) throw new InvalidCursor(after);
    const slots = await accountsOfInstant(
      this.readers,
      models,
      matter,
      asOf,
      knownAt,
      Number(after),
      limit + 1,
    );
    const { items, next } = pageOf(slots, limit, ({ knownFrom }) => String(knownFrom.position));
    const turns = await this.turns(point, items, parameters.sight);
    return { items: items.map((slot) => this.account(slot, point, turns)), next };
  }

  /** The entries with which the accounts began and ended, by position. */
  private async turns({ timeline, knownAt }: Point, accounts: SlotRow[], sight: Sight): Promise<Turns> {
    const all = accounts.flatMap(({ knownFrom, knownTo }) => [knownFrom.position, knownTo ?? -1]);
    const positions = [...new Set(all)].filter((position) => position >= 0 && position <= knownAt);
    const entries = await readPositions(this.readers, timeline.slug, positions);
    return {
      causes: await causeViews(this.readers, timeline.slug, entries, knownAt, sight),
      recordedAt: new Map(entries.map(({ position, recordedAt }) => [position, recordedAt])),
    };
  }

  /** What came after knownAt is not known in the answer, also where an account ends. */
  private account(
    slot: SlotRow,
    { asOf, knownAt, kinds }: Point,
    { causes, recordedAt }: Turns,
  ): MatterState {
    const { knownFrom, knownTo } = slot;
    const ended = knownTo !== null && knownTo <= knownAt;
    return {
      ...matterState(slot, asOf, kinds),
      knownTo: ended ? { position: knownTo, recordedAt: formatInstant(recordedAt.get(knownTo)!) } : null,
      madeBy: causes.get(knownFrom.position) ?? null,
      endedBy: ended ? (causes.get(knownTo) ?? null) : null,
    };
  }
}
