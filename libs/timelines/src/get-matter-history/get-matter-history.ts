import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { formatInstant, type Instant, parseInstant } from '#libs/chronology';
import { readPositions } from '#libs/ledger';
import { accountsOfInstant, notesTold, readNotes, slotsAt, slotsOfMatter } from '#libs/situations';
import { type Cause, causeViews } from '../cause.js';
import { InvalidCursor, InvalidParameter, UnknownMatter } from '../errors.js';
import { type MatterState, matterState, slotState } from '../matter-state.js';
import { type Page, pageOf } from '../page.js';
import { type Point, type PointParameters, Points } from '../point.js';
import type { Sight } from '../sight.js';
import { READERS } from '../tokens.js';
import { beginningOf, pageOfVersions, type Version, versionsOf } from './versions.js';

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

/** How often more than a page is long notes may come and go that are not among those shown, before the page is cut. */
const idleTurns = 1_000;

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
    const { matter, axis, asOf, after } = parameters;
    if (axis === 'valid' && asOf !== undefined)
      throw new InvalidParameter(
        'asOf',
        'goes with axis=known; a life is told of all instants, so leave it out',
      );
    const point = await this.points.resolve(parameters);
    const { items, next } =
      axis === 'valid' ? await this.life(point, parameters) : await this.accounts(point, parameters);
    if (items.length === 0 && next === null && after === undefined)
      throw new UnknownMatter(point.timeline.slug, matter);
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
    const slots = await slotsOfMatter(this.readers, models, matter, {
      knownAt,
      after: from,
      limit: limit + 1,
    });
    const { items, next } = pageOf(slots, limit, ({ validFrom }) =>
      validFrom === -Infinity ? beginning : formatInstant(validFrom),
    );
    return { items: items.map((slot) => slotState(slot, kinds)), next };
  }

  private async accounts(point: Point, parameters: MatterHistoryParameters): Promise<Page<MatterState>> {
    const { knownAt } = point;
    const { matter, after, limit, sight } = parameters;
    const start = beginningOf(after);
    const { seen } = start;
    const [standing, following, notes] = await Promise.all([
      slotsAt(this.readers, { ...point, knownAt: seen }, matter),
      accountsOfInstant(this.readers, point, matter, { after: seen, limit: limit + 1 }),
      notesTold(this.readers, point, matter, { after: seen, upTo: knownAt }, limit + idleTurns),
    ]);
    const isCut = following.length > limit;
    const upTo = isCut ? Math.min(notes.upTo, following.at(-1)!.knownFrom.position) : notes.upTo;
    const told = { slots: [...standing, ...following], beside: notes.told };
    const { items, next } = pageOfVersions(versionsOf(told, start, upTo), limit, upTo, knownAt);
    const turns = await this.turns(point, items, sight);
    return { items: items.map((version) => accountView(version, point, turns)), next };
  }

  /** The entries with which the versions began and ended, by position. */
  private async turns({ timeline, knownAt }: Point, versions: Version[], sight: Sight): Promise<Turns> {
    const positions = new Set(versions.flatMap(({ from, to }) => (to === null ? [from] : [from, to])));
    const entries = await readPositions(this.readers, timeline.slug, [...positions]);
    return {
      causes: await causeViews(this.readers, timeline.slug, entries, knownAt, sight),
      recordedAt: new Map(entries.map(({ position, recordedAt }) => [position, recordedAt])),
    };
  }
}

/** What came after knownAt is not known in the answer, also where an account ends. */
function accountView(
  { slot, beside, from, to }: Version,
  { asOf, kinds }: Point,
  { causes, recordedAt }: Turns,
): MatterState {
  const known = { position: from, recordedAt: recordedAt.get(from)! };
  return {
    ...matterState({ ...slot, knownFrom: known }, asOf, kinds, readNotes(beside)),
    knownTo: to === null ? null : { position: to, recordedAt: formatInstant(recordedAt.get(to)!) },
    madeBy: causes.get(from) ?? null,
    endedBy: to === null ? null : (causes.get(to) ?? null),
  };
}
