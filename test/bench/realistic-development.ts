/**
 * The developments of a newsroom as they come: more about some matters than about others; one in ten late; imprecise,
 * undated, planned, denied, contested; and one in twenty-five a decision of the desk about an earlier one. Each is a
 * function of its number, so any process can send any part of the stream.
 */
import { worldBegins, type SampleDevelopment } from './sample-development.js';

/** What the stream is spread over. */
export interface Newsroom {
  matters: number;
  /** Developments in all. */
  total: number;
  /** Seconds of the world's clock. */
  span: number;
}

export interface DeskDevelopment {
  id: string;
  type: string;
  target: string;
  reason: string;
  [field: string]: unknown;
}

/** A decision is about a development at least so many positions before it, which is surely recorded by then. */
const deskLag = 3_000;
const day = 86_400;

/** Kinds by their share of the matters, each with phases that come again and again, and one that closes it. */
const kinds = [
  {
    kind: 'deployment',
    share: 5,
    open: ['announced', 'underway', 'reinforced', 'reduced'],
    end: 'withdrawn',
  },
  { kind: 'mobilisation', share: 1, open: ['called', 'joined'], end: 'stooddown' },
  { kind: 'seizure', share: 2, open: ['made'], end: 'forfeited' },
  { kind: 'reward', share: 1, open: ['offered', 'changed'], end: 'paid' },
  { kind: 'sanction', share: 2, open: ['imposed', 'inforce', 'eased'], end: 'lifted' },
  { kind: 'petition', share: 1, open: ['filed', 'considered'], end: 'rejected' },
  { kind: 'accusation', share: 2, open: ['made', 'denied', 'charged'], end: 'dropped' },
  { kind: 'position', share: 2, open: ['stated', 'changed'], end: 'abandoned' },
  { kind: 'claim', share: 1, open: ['made'], end: 'refuted' },
  { kind: 'negotiation', share: 1, open: ['opened', 'held', 'suspended'], end: 'concluded' },
  { kind: 'incident', share: 2, open: ['occurred', 'updated'], end: 'closed' },
];
const kindOf = kinds.flatMap((row) => Array.from({ length: row.share }, () => row));
/** Of forty developments four are of these modes. */
const besides = ['planned', 'planned', 'negated', 'hypothetical'];
const actors = ['us-navy', 'us-marines', 've-government', 've-army', 'co-government', 'un-security-council'];
const places = ['caribbean-sea', 'caracas', 'puerto-rico', 'zulia', 'washington'];
const sources = [
  'us-defense-official',
  've-ministry',
  'wire-agency',
  'coast-guard',
  'a person briefed on it',
];

/** Number `n` of the run called `run`. */
export function realisticDevelopment(
  run: string,
  n: number,
  newsroom: Newsroom,
): SampleDevelopment | DeskDevelopment {
  return isDesk(n) ? decision(run, n, newsroom) : report(run, n, newsroom);
}

export function matterName(index: number): string {
  return `matter-${index}`;
}

/** Every matter in turn, then a quarter as many about the hottest tenth, and so on. */
function matterOf(n: number, { matters }: Newsroom): number {
  const turn = n % round(matters);
  return turn < matters ? turn : turn % hottest(matters);
}

/** The number of the development before it about the same matter. */
function before(n: number, { matters }: Newsroom): number {
  const turn = n % round(matters);
  return turn < matters + hottest(matters) ? n - round(matters) : n - hottest(matters);
}

function round(matters: number): number {
  return Math.ceil(matters * 1.25);
}

function hottest(matters: number): number {
  return Math.ceil(matters / 10);
}

function isDesk(n: number): boolean {
  return n > deskLag && n % 25 === 13;
}

/** The second in which it happens: all matters begin within the first fiftieth, and news goes on evenly from there. */
function secondOf(n: number, { matters, total, span }: Newsroom): number {
  const opening = span / 50;
  if (n < matters) return Math.floor((n / matters) * opening);
  const second = opening + ((n - matters) / (total - matters)) * (span - opening);
  // One in ten is up to twenty days late, and one in two hundred up to a year.
  const lag = n % 200 === 57 ? pick(n, 1, 365) * day : n % 10 === 7 ? (pick(n, 2, 20_000) * day) / 1000 : 0;
  return Math.max(0, Math.floor(second - lag));
}

function report(run: string, n: number, newsroom: Newsroom): SampleDevelopment {
  // One in twelve tells again what the report before it told, by another source and with another number.
  const earlier = before(n, newsroom);
  const retold = n % 12 === 5 && earlier >= 0 && !isDesk(earlier) ? earlier : n;
  const matter = matterOf(n, newsroom);
  const row = kindOf[matter % kindOf.length]!;
  const mode = n < newsroom.matters ? 'actual' : (besides[pick(n, 3, 40)] ?? 'actual');
  const second = secondOf(retold, newsroom) + (mode === 'planned' ? (1 + pick(n, 4, 30)) * day : 0);
  const phase = pick(retold, 5, 60) === 0 ? row.end : row.open[pick(retold, 6, row.open.length)]!;
  const occurred = occurredOf(retold, second);
  // Background of which nobody says when it was so has a number now and then.
  const isCounted = mode === 'actual' && (!/^(\[\.\.|\/)/.test(occurred) || pick(n, 21, 10) === 0);
  return {
    id: `${run}-${n}`,
    type: `${row.kind}.${phase}`,
    matter: matterName(matter),
    title: `Report ${n} on ${row.kind} ${matter}: officials say that it goes on`,
    occurred,
    timezone: 'America/New_York',
    mode,
    actors: [actors[(matter + pick(n, 7, 2)) % actors.length]!],
    ...(pick(n, 8, 3) === 0 && { recipients: [actors[pick(n, 9, actors.length)]!] }),
    places: [{ ref: places[matter % places.length]!, precision: 'region' }],
    ...(isCounted && { quantities: quantitiesOf(n, retold, row.kind) }),
    attribution: attributionOf(n),
    sources: [
      {
        publisher: 'Wire Agency',
        url: `https://wire.example/${n}`,
        publishedAt: iso(secondOf(n, newsroom) + 3_600),
      },
    ],
    text: 'Three guided-missile destroyers were ordered to the region as part of the effort, two people briefed on the plan said.',
  };
}

/** Of a hundred: 60 to the second, 13 a day, 6 a month, 7 an interval, 4 one of some days, 4 undated, 6 about a day. */
function occurredOf(n: number, second: number): string {
  const dice = pick(n, 10, 100);
  const date = iso(second).slice(0, 10);
  const later = iso(second + (1 + pick(n, 11, 4)) * day).slice(0, 10);
  if (dice < 60) return iso(second);
  if (dice < 73) return date;
  if (dice < 79) return date.slice(0, 7);
  if (dice < 83) return `${date}/${later}`;
  if (dice < 86) return `${date}/..`;
  if (dice < 90) return `[${date}..${later}]`;
  if (dice < 93) return `[..${date}]`;
  if (dice < 94) return '/..';
  return `${date}~`;
}

function quantitiesOf(n: number, retold: number, kind: string): object[] {
  const forces = kind === 'deployment' || kind === 'mobilisation';
  const [of, unit] = forces
    ? (
        [
          ['troops', 'person'],
          ['warships', 'ship'],
          ['aircraft', 'unit'],
        ] as const
      )[pick(retold, 12, 3)]!
    : kind === 'seizure'
      ? (['vehicle', 'unit'] as const)
      : (['money', 'usd'] as const);
  const value = 10 + pick(n, 13, 400);
  const dice = pick(n, 14, 20);
  if (dice === 0) return [{ of, text: 'thousands' }];
  if (dice < 3) return [{ of, unit, low: value, high: value + 50 }];
  if (dice < 6) return [{ of, unit, delta: 1 + pick(n, 15, 9) }];
  return [{ of, unit, value }];
}

function attributionOf(n: number): object {
  const by = sources[pick(n, 16, sources.length)]!;
  if (by.includes(' ')) return { by, via: 'wire-agency', record: 'anonymous' };
  return { by, record: 'on-record' };
}

/** Half are corrections. A matter's first development stands, so that the matter is always there to be asked for. */
function decision(run: string, n: number, newsroom: Newsroom): DeskDevelopment {
  const about = n - deskLag - pick(n, 17, Math.min(20_000, n - deskLag));
  const target = isDesk(about) ? about + 1 : about;
  const content = target < newsroom.matters ? { type: 'record.confirmed' } : decided(n, target, newsroom);
  return {
    id: `${run}-${n}`,
    ...content,
    target: `${run}-${target}`,
    reason: 'The desk looked at the sources again',
    attribution: { by: 'our-desk', record: 'on-record' },
  };
}

function decided(n: number, target: number, newsroom: Newsroom): { type: string; replacement?: object } {
  const dice = pick(n, 18, 20);
  if (dice >= 19) return { type: 'record.disputed' };
  if (dice >= 16) return { type: 'record.confirmed' };
  if (dice >= 14) return { type: 'record.held' };
  if (dice >= 10) return { type: 'record.retracted' };
  const type = 'record.corrected';
  if (dice >= 8) {
    const moved = Math.max(0, secondOf(target, newsroom) + (pick(n, 20, 20) - 10) * day);
    return { type, replacement: { occurred: iso(moved).slice(0, 10) } };
  }
  if (dice >= 5) return { type, replacement: { title: `Report ${target} in the words of the desk` } };
  return {
    type,
    replacement: { quantities: [{ of: 'troops', unit: 'person', value: 10 + pick(n, 19, 90) }] },
  };
}

function iso(second: number): string {
  return new Date(worldBegins.getTime() + second * 1000).toISOString().replace('.000', '');
}

/** A whole number from 0 up to `below`, drawn from `n`; each `draw` gives another. */
function pick(n: number, draw: number, below: number): number {
  let mixed = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(draw, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return ((mixed ^ (mixed >>> 16)) >>> 0) % below;
}
