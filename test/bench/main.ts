/**
 * `npm run -s bench -- <name> [--json] [--repeats 3] [--seconds 4] [--scale 1000000] [--clients 1,16,64]`
 *
 * Each benchmark brings what it needs, runs the service beside its peer or beside the bare limit, in turn and
 * on one Postgres server (DATABASE_URL, else an embedded one), and holds the medians against its bars. Exit 0
 * when it ran (a missed bar is a finding, `passed: false`), 1 when it could not, 2 on wrong usage.
 */
import { readOptions, WrongUsage } from './options.js';
import type { Defaults, Options } from './options.js';
import type { Outcome } from './report.js';
import { asJson, printTable } from './report.js';

interface Bench {
  defaults: Defaults;
  /** Loaded when asked for: the others' packages stay out of this one's process. */
  load(): Promise<(options: Options) => Promise<Outcome>>;
}

/** The bars speak of ledgers of 1,000,000; `--scale 100000` gives a first impression. */
const million = 1_000_000;

const benches: Record<string, Bench> = {
  append: {
    defaults: { seconds: 4, clients: [1, 16, 64] },
    load: async () => (await import('./append.js')).append,
  },
  batch: { defaults: { seconds: 4, clients: [1, 16] }, load: async () => (await import('./batch.js')).batch },
  growth: {
    defaults: { seconds: 4, scale: million },
    load: async () => (await import('./growth.js')).growth,
  },
  hot: {
    defaults: { scale: 20_000, clients: [1, 16, 64] },
    load: async () => (await import('./hot.js')).hot,
  },
  asof: { defaults: { scale: million }, load: async () => (await import('./asof.js')).asof },
  reads: { defaults: { scale: million }, load: async () => (await import('./reads.js')).reads },
  fold: { defaults: { scale: 200_000 }, load: async () => (await import('./fold.js')).fold },
  import: {
    defaults: { scale: million },
    load: async () => (await import('./import.js')).importNdjson,
  },
  start: { defaults: { repeats: 5 }, load: async () => (await import('./start.js')).start },
};

try {
  const [name = '', ...rest] = process.argv.slice(2);
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (!bench) throw new WrongUsage(`name a benchmark: ${Object.keys(benches).join(', ')}`);
  const options = readOptions(rest, bench.defaults);
  const outcome = await (await bench.load())(options);
  printTable(outcome);
  const settings = Object.keys({ repeats: 0, ...bench.defaults }) as (keyof Defaults)[];
  const used = Object.fromEntries(settings.map((setting) => [setting, options[setting]]));
  if (options.json) process.stdout.write(`${asJson(name, used, outcome)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof WrongUsage ? error.message : (error as Error).stack}\n`);
  process.exitCode = error instanceof WrongUsage ? 2 : 1;
}
