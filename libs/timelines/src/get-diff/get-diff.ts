import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { type Difference, diffMatter, diffTotals, formatInstant } from '#libs/chronology';
import type { Cause } from '../cause.js';
import { InvalidCursor } from '../errors.js';
import { isSlug } from '../intake/grammar.js';
import { matterState, type MatterState } from '../matter-state.js';
import { pageOf } from '../page.js';
import { type Point, Points, type TwoPointParameters } from '../point.js';
import type { Sight } from '../sight.js';
import { type Stage, stagesAt } from '../stages.js';
import { READERS } from '../tokens.js';
import { totalsOfStages } from '../totals-apart.js';
import { causesOf } from './causes.js';
import { matterAt, type MatterStanding, standingsAt, suspectsBetween } from './situations-apart.js';

export interface DiffParameters extends TwoPointParameters {
  /** The matter behind which the list goes on. */
  after?: string | undefined;
  /** Matters a page. */
  limit: number;
  sight: Sight;
}

/**
 * What differs between two points, matter by matter, in two steps: what became known of the first instant, and what
 * the world's clock then brought. Either clock may run backwards. Its cost follows the number of changes, and where
 * they are many that of matters, not the ledger's length.
 */
export class GetDiff extends Query<object> {
  constructor(readonly parameters: DiffParameters) {
    super();
  }
}

/** A matter that differs, and why. */
export interface Change extends Omit<Difference, 'fields'> {
  matter: string;
  fields: string[];
  before: MatterState | null;
  after: MatterState | null;
  causes: Cause[];
  /** There are more causes than are told. */
  moreCauses: boolean;
}

/** Causes told of one change. */
const mostCauses = 20;

@QueryHandler(GetDiff)
export class GetDiffHandler implements IQueryHandler<GetDiff> {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    private readonly points: Points,
  ) {}

  /** @throws UnknownTimeline, InvalidParameter, InvalidCursor, NotCaughtUp */
  async execute({ parameters }: GetDiff): Promise<object> {
    const { after = '', limit, sight } = parameters;
    if (after !== '' && !isSlug(after)) throw new InvalidCursor(after);
    const [from, to] = await this.points.resolveBoth(parameters);
    const middle = between(from, to);
    const suspects = await suspectsBetween(this.readers, from, middle, to);
    const all = [...new Set([...suspects.knowledge, ...suspects.world])].sort();
    const panels = [...to.kinds.values()].map(({ panel }) => panel);
    const stages = await stagesAt(this.readers, [from, middle, to], all);
    const totals = await totalsOfStages(this.readers, stages);
    const { items, next } = pageOf(
      all.filter((matter) => matter > after).slice(0, limit + 1),
      limit,
      (matter) => matter,
    );
    const among = (matters: string[]) => matters.filter((matter) => items.includes(matter));
    const [knowledge, world] = await Promise.all([
      this.changes(stages[0]!, stages[1]!, among(suspects.knowledge), sight),
      this.changes(stages[1]!, stages[2]!, among(suspects.world), sight),
    ]);
    return {
      timeline: from.timeline.slug,
      from: pointView(from),
      to: pointView(to),
      knowledge: { totals: diffTotals(totals[0]!, totals[1]!, panels), changes: knowledge },
      world: { totals: diffTotals(totals[1]!, totals[2]!, panels), changes: world },
      next,
    };
  }

  /** Between stages whose points differ on one clock alone. */
  private async changes(earlier: Stage, later: Stage, matters: string[], sight: Sight): Promise<Change[]> {
    if (matters.length === 0) return [];
    const [before, after] = await Promise.all([
      standingsAt(this.readers, earlier, matters),
      standingsAt(this.readers, later, matters),
    ]);
    const [{ point: from }, { point: to }] = [earlier, later];
    const differing = matters.flatMap((matter) => {
      const [was, is] = [before.get(matter) ?? null, after.get(matter) ?? null];
      const difference = diffMatter(was && matterAt(was, from), is && matterAt(is, to));
      return difference ? [{ matter, was, is, difference }] : [];
    });
    const causes = await causesOf(this.readers, { from, to, differing }, { most: mostCauses + 1, sight });
    return differing.map(({ matter, was, is, difference }) => {
      const found = causes.get(matter) ?? [];
      return {
        matter,
        ...difference,
        before: this.view(was, from),
        after: this.view(is, to),
        causes: found.slice(-mostCauses),
        moreCauses: found.length > mostCauses,
      };
    });
  }

  private view(standing: MatterStanding | null, { asOf, kinds }: Point): MatterState | null {
    return standing && matterState(standing.slot, asOf, kinds, standing.beside);
  }
}

/** The first instant as known at the second point: one of the two where they differ on one clock alone. */
function between(from: Point, to: Point): Point {
  if (from.knownAt === to.knownAt) return from;
  return from.asOf === to.asOf ? to : { ...to, asOf: from.asOf };
}

function pointView({ asOf, knownAtView }: Point): object {
  return { asOf: formatInstant(asOf), knownAt: knownAtView };
}
