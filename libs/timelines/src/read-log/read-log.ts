import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import type { Instant, Registry } from '#libs/chronology';
import { positionAt, readPage } from '#libs/ledger';
import {
  type DevelopmentFilter,
  findDevelopments,
  indexLog,
  openPositions,
  type Vocabularies,
} from '#libs/situations';
import { InvalidCursor } from '../errors.js';
import { type FlatDevelopment, flatDevelopment } from '../flat-development.js';
import { checkLogKind, checkLogType } from '../known-names.js';
import { type Page, pageOf } from '../page.js';
import { Points } from '../point.js';
import { isPosition } from '../position.js';
import { redactionsOf } from '../redactions-of.js';
import { TimelineDirectory } from '../timeline-directory.js';
import { READERS, VOCABULARIES } from '../tokens.js';
import type { Sight } from '../sight.js';
import { spanOf } from './span-of.js';

export interface LogParameters {
  timeline: string;
  after?: string | undefined;
  limit: number;
  order: 'asc' | 'desc';
  type?: string | undefined;
  kind?: string | undefined;
  matter?: string | undefined;
  actor?: string | undefined;
  place?: string | undefined;
  q?: string | undefined;
  occurredFrom?: string | undefined;
  occurredTo?: string | undefined;
  recordedFrom?: string | undefined;
  recordedTo?: string | undefined;
  atLeast?: string | undefined;
  sight: Sight;
}

/** The log by position, filtered as asked. */
export class ReadLog extends Query<Page<FlatDevelopment>> {
  constructor(readonly parameters: LogParameters) {
    super();
  }
}

@QueryHandler(ReadLog)
export class ReadLogHandler implements IQueryHandler<ReadLog> {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    @Inject(VOCABULARIES) private readonly vocabularies: Vocabularies,
    private readonly points: Points,
    private readonly directory: TimelineDirectory,
  ) {}

  /** @throws UnknownTimeline, InvalidParameter, InvalidCursor, NotCaughtUp */
  async execute({ parameters }: ReadLog): Promise<Page<FlatDevelopment>> {
    const { order, limit, type, kind, q, sight } = parameters;
    const { slug, timezone } = await this.directory.find(parameters.timeline);
    const size = await this.points.sizeOf(slug, parameters.atLeast);
    const vocabulary = await this.vocabularies.upTo(slug, size);
    if (type !== undefined) checkLogType(type, vocabulary.kinds);
    if (kind !== undefined) checkLogKind(kind, vocabulary.kinds);
    const stretch = await this.stretch(slug, timezone, parameters, size);
    const filter = {
      facets: facetsOf(parameters, vocabulary.registryAt(size - 1)),
      words: q,
      occurredFrom: spanOf('occurredFrom', parameters.occurredFrom, timezone)?.start,
      occurredTo: spanOf('occurredTo', parameters.occurredTo, timezone)?.end,
    };
    const page = { ...stretch, order, limit: limit + 1 };
    const positions = !isOpen(filter)
      ? await this.find(slug, size, { ...filter, ...page, withheld: sight.withheld })
      : sight.withheld
        ? all(page)
        : await openPositions(this.readers, slug, page);
    const { items, next } = pageOf(positions, limit, String);
    const entries = await readPage(this.readers, slug, items);
    const redactions = await redactionsOf(this.readers, slug, entries);
    return {
      items: entries.map((entry) => flatDevelopment(entry, sight, redactions)),
      next: entries.length < items.length ? String(entries.at(-1)!.position) : next,
    };
  }

  private async find(timeline: string, size: number, filter: DevelopmentFilter): Promise<number[]> {
    await indexLog(this.readers, timeline, size);
    return findDevelopments(this.readers, timeline, filter);
  }

  /** The stretch of positions asked for, both ends exclusive. recordedAt never decreases along positions. */
  private async stretch(
    timeline: string,
    timezone: string,
    { after: cursor, order, recordedFrom, recordedTo }: LogParameters,
    size: number,
  ): Promise<Stretch> {
    if (cursor !== undefined && cursor !== '-1' && !isPosition(cursor)) throw new InvalidCursor(cursor);
    const from = spanOf('recordedFrom', recordedFrom, timezone)?.start;
    const to = spanOf('recordedTo', recordedTo, timezone)?.end;
    const upTo = async (instant: Instant) => (await positionAt(this.readers, timeline, instant - 1)) ?? -1;
    const start = from === undefined ? -1 : await upTo(from);
    const end = to === undefined ? size : (await upTo(to)) + 1;
    if (cursor === undefined) return { after: start, before: end };
    return order === 'asc'
      ? { after: Math.max(start, Number(cursor)), before: end }
      : { after: start, before: Math.min(end, Number(cursor)) };
  }
}

/** Positions between two others, neither of them included. */
type Stretch = Pick<DevelopmentFilter, 'after' | 'before'>;

/** True where every development passes: positions have no gaps, so nothing needs to be looked for. */
function isOpen({
  facets,
  ...rest
}: Pick<DevelopmentFilter, 'facets' | 'words' | 'occurredFrom' | 'occurredTo'>) {
  return Object.keys(facets).length === 0 && Object.values(rest).every((value) => value === undefined);
}

function all({ after, before, order, limit }: Stretch & { order: 'asc' | 'desc'; limit: number }): number[] {
  const length = Math.max(0, Math.min(limit, before - after - 1));
  return Array.from({ length }, (_, i) => (order === 'asc' ? after + 1 + i : before - 1 - i));
}

/** An actor is looked for under all names that it is known by now. */
function facetsOf(parameters: LogParameters, registry: Registry): DevelopmentFilter['facets'] {
  const names = ['type', 'kind', 'matter', 'actor', 'place'] as const;
  const given = names.flatMap((name) => {
    const value = parameters[name];
    if (value === undefined) return [];
    return [[name, name === 'actor' ? registry.namesOf(value) : [value]] as const];
  });
  return Object.fromEntries(given);
}
