import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import {
  formatInstant,
  type Instant,
  isCalendarDate,
  type KindTable,
  parseInstant,
  type Registry,
  resolveInstantOrDate,
} from '#libs/chronology';
import { type CommitHints, positionAt, recordedAtOf } from '#libs/ledger';
import { type ModelsPoint, readStanding, type Standing, type Vocabularies } from '#libs/situations';
import { InvalidParameter, NotCaughtUp } from './errors.js';
import { isPosition } from './position.js';
import { type Timeline, TimelineDirectory } from './timeline-directory.js';
import { CLOCK, HINTS, READERS, VOCABULARIES } from './tokens.js';

/** A question's parameters on the two clocks, as sent. */
export interface PointParameters {
  timeline: string;
  asOf?: string | undefined;
  knownAt?: string | undefined;
  atLeast?: string | undefined;
}

/** Two points, as sent. */
export interface TwoPointParameters {
  timeline: string;
  fromAsOf?: string | undefined;
  toAsOf?: string | undefined;
  fromKnownAt?: string | undefined;
  toKnownAt?: string | undefined;
  atLeast?: string | undefined;
}

type Sent = Pick<PointParameters, 'asOf' | 'knownAt'>;

/** The instant and the position that a question is answered at, from one generation in however many statements. */
export interface Point extends ModelsPoint {
  timeline: Timeline;
  /** As it stands in an answer. */
  knownAtView: { position: number | null; recordedAt: string | null };
  /** The timeline's own words: its kinds, and its registry as known at knownAt. */
  kinds: KindTable;
  registry: Registry;
}

/** How long a question waits for the position that it must have, in ms. */
const patience = 5_000;

@Injectable()
export class Points {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    @Inject(HINTS) private readonly hints: CommitHints,
    @Inject(CLOCK) private readonly clock: () => number,
    private readonly directory: TimelineDirectory,
    @Inject(VOCABULARIES) private readonly vocabularies: Vocabularies,
  ) {}

  /** @throws UnknownTimeline, InvalidParameter, NotCaughtUp */
  async resolve({ timeline: slug, atLeast, ...sent }: PointParameters): Promise<Point> {
    const timeline = await this.directory.find(slug);
    const standing = await this.standingOf(slug, atLeast);
    return this.pointAt(timeline, standing, this.clock(), sent, { asOf: 'asOf', knownAt: 'knownAt' });
  }

  /**
   * Two points of one timeline, whose parameters are called `fromAsOf` and so on; now is the same for both.
   * @throws UnknownTimeline, InvalidParameter, NotCaughtUp
   */
  async resolveBoth({ timeline: slug, atLeast, ...sent }: TwoPointParameters): Promise<[Point, Point]> {
    const timeline = await this.directory.find(slug);
    const standing = await this.standingOf(slug, atLeast);
    const now = this.clock();
    const from = { asOf: sent.fromAsOf, knownAt: sent.fromKnownAt };
    const to = { asOf: sent.toAsOf, knownAt: sent.toKnownAt };
    return Promise.all([
      this.pointAt(timeline, standing, now, from, { asOf: 'fromAsOf', knownAt: 'fromKnownAt' }),
      this.pointAt(timeline, standing, now, to, { asOf: 'toAsOf', knownAt: 'toKnownAt' }),
    ]);
  }

  private async pointAt(
    timeline: Timeline,
    standing: Standing,
    now: Instant,
    { asOf, knownAt }: Sent,
    names: Record<keyof Sent, string>,
  ): Promise<Point> {
    const { models, known } = standing;
    const position =
      knownAt === undefined ? known - 1 : await this.positionOf(knownAt, standing, names.knownAt);
    const instant = asOf === undefined ? now : instantOf(asOf, timeline, names.asOf);
    return { timeline, models, asOf: instant, ...(await this.knowledgeAt(timeline, position, known)) };
  }

  /** The same point as known at another position of the ledger. */
  async knownAt(point: Point, position: number): Promise<Point> {
    return { ...point, ...(await this.knowledgeAt(point.timeline, position, position + 1)) };
  }

  /** What a point has of its position; `known` positions, at least, are taken in. */
  private async knowledgeAt({ slug }: Timeline, position: number, known: number) {
    const [recordedAt, vocabulary] = await Promise.all([
      position < 0 ? null : recordedAtOf(this.readers, slug, position),
      this.vocabularies.upTo(slug, known),
    ]);
    return {
      knownAt: position,
      knownAtView: {
        position: position < 0 ? null : position,
        recordedAt: recordedAt === null ? null : formatInstant(recordedAt),
      },
      kinds: vocabulary.kinds,
      registry: vocabulary.registryAt(position),
    };
  }

  /** The ledger's size, once it holds position `atLeast`. */
  async sizeOf(timeline: string, atLeast?: string): Promise<number> {
    return (await this.standingWith('size', timeline, atLeast)).size;
  }

  /** Where the read models stand, once they have taken in position `atLeast`. They are written with the ledger. */
  private standingOf(timeline: string, atLeast?: string): Promise<Standing> {
    return this.standingWith('known', timeline, atLeast);
  }

  private async standingWith(
    what: 'size' | 'known',
    timeline: string,
    atLeast: string | undefined,
  ): Promise<Standing> {
    let standing = await readStanding(this.readers, timeline);
    if (atLeast === undefined) return standing;
    if (!isPosition(atLeast)) throw new InvalidParameter('atLeast', 'must be a position: 0, 1, 2 …');
    const deadline = performance.now() + patience;
    while (standing[what] <= Number(atLeast)) {
      if (performance.now() >= deadline) throw new NotCaughtUp(Number(atLeast), standing[what]);
      await this.nextCommit(deadline - performance.now());
      standing = await readStanding(this.readers, timeline);
    }
    return standing;
  }

  /** Waits for a hint that something was committed; a lost hint costs a tenth of a second. */
  private async nextCommit(most: number): Promise<void> {
    const heard = new AbortController();
    const hear = () => heard.abort();
    this.hints.once('commit', hear);
    await sleep(Math.min(most, 100), undefined, { signal: heard.signal }).catch(() => undefined);
    this.hints.off('commit', hear);
  }

  private async positionOf(
    knownAt: string,
    { models, size, known }: Standing,
    name: string,
  ): Promise<number> {
    const position = await this.positionMeant(knownAt, models.timeline, size, name);
    if (position >= known) throw new NotCaughtUp(position, known);
    return position;
  }

  private async positionMeant(
    knownAt: string,
    timeline: string,
    size: number,
    name: string,
  ): Promise<number> {
    if (isPosition(knownAt)) {
      const position = Number(knownAt);
      if (position < size) return position;
      const last = size === 0 ? 'it is empty' : `its last position is ${size - 1}`;
      throw new InvalidParameter(name, `position ${knownAt} is beyond the ledger's head: ${last}`);
    }
    const instant = parseInstant(knownAt);
    if (instant === undefined) {
      throw new InvalidParameter(
        name,
        `must be a position (0, 1, 2 …) or an RFC 3339 instant such as 2025-08-29T12:00:00Z${plusHint(knownAt)}`,
      );
    }
    return (await positionAt(this.readers, timeline, instant)) ?? -1;
  }
}

/** An instant, or the end of a date in the timeline's zone. */
function instantOf(asOf: string, timeline: Timeline, name: string): Instant {
  const instant = resolveInstantOrDate(asOf, timeline.timezone);
  if (instant !== undefined) return instant;
  const detail = isCalendarDate(asOf)
    ? `is a day that ends beyond the year 9999, or that the clocks of ${timeline.timezone} skipped`
    : `must be an RFC 3339 instant such as 2025-08-29T12:00:00Z, or a date such as 2025-08-29${plusHint(asOf)}`;
  throw new InvalidParameter(name, detail);
}

/** A bare + in a query string means a space. */
function plusHint(text: string): string {
  return text.includes(' ') ? '; a + in a query is written %2B' : '';
}
