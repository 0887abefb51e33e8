/** Whether a situation at any (asOf, knownAt) costs as little in a long ledger as in a short one. */
import { type LargeLedger, recordLargeLedger } from './large-ledger.js';
import { compareLatencies } from './latencies.js';
import type { Options } from './options.js';
import { instantOf, places, positionOf } from './points.js';
import { startBenchPostgres } from './postgres.js';
import type { Outcome } from './report.js';
import { startService } from './service.js';

const matters = 200;
const small = 10_000;
/** Requests in one turn of a contender; over three turns p99 then stands on a dozen requests. */
const requests = 400;
/** By then every matter has its first developments, in ledgers of any size. */
const earliestKnown = 1_000;

export async function asof(options: Options): Promise<Outcome> {
  const postgres = await startBenchPostgres();
  const database = await postgres.createDatabase('asof');
  const service = await startService(database.url);
  try {
    const short = await recordLargeLedger(service, small, matters);
    const long = await recordLargeLedger(service, options.scale, matters);
    const questions = Object.entries(places).map(([name, pick]) => ({
      ...{ name, short, long, requests },
      draw: (random: () => number, ledger: LargeLedger) => {
        const [asOf, knownAt] = pick(random);
        const position = positionOf(knownAt, ledger, earliestKnown);
        return `/situation?asOf=${instantOf(asOf)}&knownAt=${position}`;
      },
    }));
    const { rows, bars, notes } = await compareLatencies(service, questions, options.repeats);
    return { rows, bars, notes: { postgres: postgres.version, ...notes } };
  } finally {
    await service.stop();
    await database.drop();
    await postgres.stop();
  }
}
