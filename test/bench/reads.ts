/** Whether the time machine's answers cost as little in a long, realistic ledger as in a short one. */
import { recordNewsroom } from './large-ledger.js';
import type { LargeLedger } from './large-ledger.js';
import { compareLatencies, type Question } from './latencies.js';
import type { Options } from './options.js';
import { instantOf, places, positionOf } from './points.js';
import { startBenchPostgres } from './postgres.js';
import { matterName } from './realistic-development.js';
import type { Outcome } from './report.js';
import { startService, type Service } from './service.js';

const small = 10_000;
const matters = 2_000;
/** Requests in one turn of a contender: fewer where an answer is of all 2,000 matters. */
const [many, some] = [200, 50];

export interface Newsrooms {
  /** 10,000 developments about as many matters as in the long one: its situations show as much. */
  wide: LargeLedger;
  /** 10,000 developments, as many a matter as in the long one: its matters show as much. */
  narrow: LargeLedger;
  long: LargeLedger;
}

export async function reads(options: Options): Promise<Outcome> {
  const postgres = await startBenchPostgres();
  const database = await postgres.createDatabase('reads');
  const service = await startService(database.url);
  try {
    const newsrooms = {
      wide: await recordNewsroom(service, small, matters),
      narrow: await recordNewsroom(service, small, mattersAlike(options.scale)),
      long: await recordNewsroom(service, options.scale, matters),
    };
    const { rows, bars, notes } = await askNewsrooms(service, newsrooms, options.repeats);
    return { rows, bars, notes: { postgres: postgres.version, ...notes } };
  } finally {
    await service.stop();
    await database.drop();
    await postgres.stop();
  }
}

/** How many matters a small ledger has if each is to have as many developments as in one of `scale`. */
function mattersAlike(scale: number): number {
  return Math.max(1, Math.round((matters * small) / scale));
}

/** All questions, of ledgers that are there. */
export async function askNewsrooms(service: Service, newsrooms: Newsrooms, repeats: number) {
  await indexAll(service, Object.values(newsrooms));
  return compareLatencies(service, questionsTo(newsrooms), repeats);
}

/** A filtered question brings the log's index up to the head, so that none of the timed ones finds it behind. */
async function indexAll(service: Service, ledgers: LargeLedger[]): Promise<void> {
  for (const { path } of ledgers) await service.get(`${path}/developments?kind=reward&limit=1`);
}

/** A stretch of either clock in which so many developments lie, in ledgers of any length. */
const few = 200;

function questionsTo({ wide, narrow, long }: Newsrooms): Question[] {
  const situations = Object.entries(places).map(([place, pick]): [string, Question['draw']] => [
    `situation, ${place}`,
    (random, ledger) => `/situation?${pointQuery(ledger, pick(random))}`,
  ]);
  const asked = (draws: [string, Question['draw']][], short: LargeLedger, requests: number) =>
    draws.map(([name, draw]): Question => ({ name, short, long, draw, requests }));
  return [
    ...asked(situations, wide, some),
    // Years lie between: of each matter up to forty causes are told, and in the short ledger it has no more than five.
    ...asked([['diff, two points anywhere', diffAnywhere]], wide, some).map((question) => ({
      ...question,
      perByte: true,
    })),
    ...asked(Object.entries(diffsOfFew), wide, many),
    ...asked(Object.entries(ofOneMatter), narrow, many),
  ];
}

const ofOneMatter: Record<string, Question['draw']> = {
  matter: (random, ledger) => `/${matter(random, ledger)}?${anywhere(random, ledger)}`,
  history: (random, ledger) => `/${matter(random, ledger)}/history?knownAt=${position(random(), ledger)}`,
  'history of an account': (random, ledger) =>
    `/${matter(random, ledger)}/history?axis=known&${anywhere(random, ledger)}`,
};

const diffsOfFew: Record<string, Question['draw']> = {
  [`diff, ${few} entries`]: (random, ledger) => {
    const [asOf, from] = [instant(random()), position(random(), ledger)];
    const to = Math.min(ledger.size - 1, from + few);
    return `/diff?fromAsOf=${asOf}&toAsOf=${asOf}&fromKnownAt=${from}&toKnownAt=${to}`;
  },
  [`diff, a stretch of the world with ${few} developments`]: (random, ledger) => {
    const from = random();
    const knownAt = position(random(), ledger);
    return `/diff?fromAsOf=${instant(from)}&toAsOf=${instant(later(from, ledger))}&fromKnownAt=${knownAt}&toKnownAt=${knownAt}`;
  },
  // What has changed since we looked last: the question of every morning.
  [`diff, ${few} entries and as much of the world`]: (random, ledger) => {
    const at = random();
    const from = position(at, ledger);
    const to = Math.min(ledger.size - 1, from + few);
    return `/diff?fromAsOf=${instant(at)}&toAsOf=${instant(later(at, ledger))}&fromKnownAt=${from}&toKnownAt=${to}`;
  },
};

function diffAnywhere(random: () => number, ledger: LargeLedger): string {
  const [fromAsOf, toAsOf] = [instant(random()), instant(random())];
  const [from, to] = [position(random(), ledger), position(random(), ledger)];
  return `/diff?fromAsOf=${fromAsOf}&toAsOf=${toAsOf}&fromKnownAt=${from}&toKnownAt=${to}`;
}

function matter(random: () => number, ledger: LargeLedger): string {
  return `matters/${matterName(Math.floor(random() * ledger.matters))}`;
}

function anywhere(random: () => number, ledger: LargeLedger): string {
  return pointQuery(ledger, [random(), random()]);
}

function pointQuery(ledger: LargeLedger, [asOf, knownAt]: [number, number]): string {
  return `asOf=${instant(asOf)}&knownAt=${position(knownAt, ledger)}`;
}

/** After the first fiftieth of the span, in which all matters begin. */
function instant(share: number): string {
  return instantOf(0.03 + 0.97 * share);
}

/** When every matter has its first developments. */
function position(share: number, ledger: LargeLedger): number {
  return positionOf(share, ledger, 2 * ledger.matters);
}

function later(share: number, ledger: LargeLedger): number {
  return share + few / ledger.size;
}
