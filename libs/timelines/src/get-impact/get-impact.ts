import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import {
  type Account,
  type AccountSlot,
  compareAccounts,
  correctiveLine,
  type DeskContent,
  diffTotals,
  findItem,
  formatInstant,
  type Instant,
  isDesk,
  openAccount,
  record,
  type Recorded,
  type Served,
  servedUntil,
  type SlotState,
  type StretchApart,
  type TotalDifference,
} from '#libs/chronology';
import { inTurns, readIds, readStreams, type StoredEntry } from '#libs/ledger';
import { readRecorded, withheldAmong } from '#libs/situations';
import { causeView } from '../cause.js';
import { NotACorrection, UnknownDevelopment } from '../errors.js';
import { notesOf } from '../fold-matter.js';
import { instantView, stateView } from '../matter-state.js';
import { type Point, Points } from '../point.js';
import type { Sight } from '../sight.js';
import { stagesAt } from '../stages.js';
import { READERS } from '../tokens.js';
import { totalsOfStages } from '../totals-apart.js';

export interface ImpactParameters {
  timeline: string;
  id: string;
  atLeast?: string | undefined;
  sight: Sight;
}

/** Where a wrong answer was served until a correction or retraction: on both clocks, and in which totals. */
export class GetImpact extends Query<object> {
  constructor(readonly parameters: ImpactParameters) {
    super();
  }
}

/** Stretches told of: the latest. Each is three look-ups of the totals. */
const most = 20;

@QueryHandler(GetImpact)
export class GetImpactHandler implements IQueryHandler<GetImpact> {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    private readonly points: Points,
  ) {}

  /** @throws UnknownTimeline, UnknownDevelopment, NotACorrection, NotCaughtUp */
  async execute({ parameters: { timeline, id, atLeast, sight } }: GetImpact): Promise<object> {
    const point = await this.points.resolve({ timeline, atLeast });
    const { slug } = point.timeline;
    const [entry] = await readIds(this.readers, slug, [id]);
    if (!entry || !(await this.isSeen(slug, entry, sight))) throw new UnknownDevelopment(slug, id);
    const target = targetOf(entry);
    const [targetEntry] = await readIds(this.readers, slug, [target]);
    const { entries, ...accounts } = await this.accounts(point, entry);
    const { before, after } = accounts;
    const [was, is] = [findItem(before, target), findItem(after, target)];
    if (!was || !is)
      throw new NotACorrection(id, 'what it is about is no development of a matter, or was redacted');

    const apart = compareAccounts(before, after);
    const served = servedUntil(entries, target);
    const states = apart
      .flatMap((stretch) => [stretch.before, stretch.after])
      .filter((slot) => slot !== null);
    const ofKinds = new Set(states.map((slot) => stateIn(slot).kind));
    return {
      timeline: slug,
      decision: causeView(entry, sight),
      target: causeView(targetEntry!, sight),
      // What nobody was told needs no correction.
      line: served && correctiveLine(was, is),
      served: served && servedView(served),
      matters: apart.length > 0 ? [entry.stream] : [],
      panels: [...new Set([...ofKinds].map((kind) => point.kinds.get(kind)?.panel ?? kind))],
      stretches: await this.stretches(point, entry, accounts, apart.slice(-most)),
      moreStretches: apart.length > most,
    };
  }

  private async isSeen(timeline: string, { position }: StoredEntry, sight: Sight): Promise<boolean> {
    return sight.withheld || (await withheldAmong(this.readers, timeline, [position])).size === 0;
  }

  /** The matter's account right before the decision, and with it; and the entries that it was folded from. */
  private async accounts({ timeline, kinds }: Point, { stream, position }: StoredEntry) {
    const entries: Recorded[] = [];
    let before = openAccount(stream, kinds);
    let after: Account = before;
    const stored = await readStreams(this.readers, timeline.slug, [stream], position + 1);
    for await (const entry of inTurns(stored)) {
      const recorded = readRecorded(entry);
      before = after;
      if (!recorded) continue;
      ({ account: after } = record(before, recorded));
      entries.push(recorded);
    }
    return { before, after, entries };
  }

  /**
   * As they were served at their beginnings right before the decision, and from it on. One after the other: all at
   * once would take every connection.
   */
  private async stretches(
    now: Point,
    { stream, position }: StoredEntry,
    accounts: Record<'before' | 'after', Account>,
    apart: StretchApart[],
  ): Promise<object[]> {
    const known = await Promise.all([position - 1, position].map((at) => this.points.knownAt(now, at)));
    const stretches: object[] = [];
    for (const stretch of apart) {
      const asOf = instantOf(stretch);
      const told = (side: 'before' | 'after') => {
        const slot = stretch[side];
        return slot && stateView(stream, stateIn(slot), now.kinds, notesOf(accounts[side], asOf));
      };
      stretches.push({
        validFrom: instantView(stretch.validFrom),
        validTo: instantView(stretch.validTo),
        before: told('before'),
        after: told('after'),
        totals: await this.totals(
          known.map((point) => ({ ...point, asOf })),
          stream,
        ),
      });
    }
    return stretches;
  }

  /** Those that differ between two points. */
  private async totals(points: Point[], matter: string): Promise<TotalDifference[]> {
    const stages = await stagesAt(this.readers, points, [matter]);
    const [before, after] = await totalsOfStages(this.readers, stages);
    return diffTotals(
      before!,
      after!,
      [...points[0]!.kinds.values()].map(({ panel }) => panel),
    );
  }
}

/** @throws NotACorrection */
function targetOf(entry: StoredEntry): string {
  const content = readRecorded(entry)?.content;
  const types = ['record.corrected', 'record.retracted'];
  if (content && isDesk(content) && types.includes(content.type)) return (content as DeskContent).target;
  throw new NotACorrection(entry.id, content ? `it is a ${content.type}` : 'its content was destroyed');
}

/** When a stretch is told of: at its end where it has no beginning, and where it has neither, when all is certain. */
function instantOf({ validFrom, validTo, before, after }: StretchApart): Instant {
  if (validFrom !== -Infinity) return validFrom;
  if (validTo !== Infinity) return validTo - 1;
  return Math.max(...[before, after].flatMap((slot) => (slot ? stateIn(slot).certainFrom : [])));
}

function stateIn({ drawn }: AccountSlot): SlotState {
  return JSON.parse(drawn.json) as SlotState;
}

function servedView({ from, until, pauses }: Served): object {
  return {
    from: recordedView(from),
    until: recordedView(until),
    pauses: pauses.map((pause) => ({ from: recordedView(pause.from), until: recordedView(pause.until) })),
  };
}

function recordedView({ position, recordedAt }: Recorded): object {
  return { position, recordedAt: formatInstant(recordedAt) };
}
