/** Short ledgers written by hand, in UTC; the bounds are worked out as in random-occurred.ts. */
import type { Content, DeskContent, DeskType, Quantity, Recorded, WorldContent } from '#libs/chronology';
import { boundsOf } from '../random-occurred.js';

/** A report by Reuters, actual, of matter `<kind>-1`; `more` overrides. */
export function report(
  id: string,
  type: string,
  occurred: string,
  more: Partial<WorldContent> = {},
): WorldContent {
  return {
    id,
    type,
    matter: `${type.split('.')[0]}-1`,
    title: `Title of ${id}`,
    occurred,
    timezone: 'UTC',
    mode: 'actual',
    assertion: 'reported',
    attribution: { by: 'reuters', record: 'publisher' },
    ...more,
  };
}

/** The same field of a report as another source's. */
export function by(source: string): Pick<WorldContent, 'attribution'> {
  return { attribution: { by: source, record: 'publisher' } };
}

export function anonymous(source: string): Pick<WorldContent, 'attribution'> {
  return { attribution: { by: source, record: 'anonymous' } };
}

export function troops(quantity: Omit<Quantity, 'of'>): Pick<WorldContent, 'quantities'> {
  return { quantities: [{ of: 'troops', ...quantity }] };
}

let decisions = 0;

export function desk(
  type: DeskType,
  target: string,
  replacement?: NonNullable<DeskContent['replacement']>,
): DeskContent {
  return {
    id: `desk-${++decisions}`,
    type,
    matter: '',
    attribution: { by: 'the-desk', record: 'publisher' },
    target,
    reason: 'The desk looked again',
    ...(replacement && { replacement }),
  };
}

/** Positions from 0, one entry a minute from 1 September 2025. A corrected `occurred` brings its bounds. */
export function ledgerOf(...contents: (WorldContent | DeskContent)[]): Recorded[] {
  const entries: Recorded[] = [];
  for (const given of contents) {
    const target = entries.find(({ content }) => 'target' in given && content.id === given.target);
    const content: Content = target === undefined ? given : { ...given, matter: target.content.matter };
    const { occurred, reportedAt } = ('replacement' in given ? given.replacement! : given) as WorldContent;
    entries.push({
      position: entries.length,
      recordedAt: Date.UTC(2025, 8, 1, 0, entries.length),
      version: entries.filter((entry) => entry.content.matter === content.matter).length + 1,
      content,
      bounds: occurred === undefined ? null : boundsOf(occurred, 'UTC', reportedAt),
    });
  }
  return entries;
}

/** An instant of 2025 or another year, UTC. */
export function at(date: string): number {
  return Date.parse(date);
}
