/** What every benchmark can be told on its command line. */
import { parseArgs } from 'node:util';

export interface Options {
  /** Print one JSON object as the last line of stdout. */
  json: boolean;
  /** How often each contender runs; medians are over these. */
  repeats: number;
  /** Length of one measured run, after a warm-up of a quarter of it. */
  seconds: number;
  /** Developments in the large ledger. */
  scale: number;
  /** Concurrent clients, each with one connection. */
  clients: number[];
}

/** Those that a benchmark takes besides `json` and `repeats`, with its defaults. */
export type Defaults = Partial<Pick<Options, 'seconds' | 'scale' | 'clients'>> &
  Partial<Pick<Options, 'repeats'>>;

export class WrongUsage extends Error {}

/** The options of a benchmark; throws WrongUsage on what it does not take, rather than pass it over. */
export function readOptions(argv: string[], defaults: Defaults): Options {
  const text = (name: keyof Defaults) => ({ [name]: { type: 'string' as const } });
  const takes = (name: keyof Defaults) => (name in defaults ? text(name) : {});
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        json: { type: 'boolean', default: false },
        ...text('repeats'),
        ...takes('seconds'),
        ...takes('scale'),
        ...takes('clients'),
      },
    });
    const given = values as { json: boolean } & Partial<Record<keyof Defaults, string>>;
    const number = (name: 'repeats' | 'seconds' | 'scale', otherwise: number) =>
      given[name] === undefined ? (defaults[name] ?? otherwise) : positive(given[name], name);
    return {
      json: given.json,
      repeats: number('repeats', 3),
      seconds: number('seconds', 0),
      scale: number('scale', 0),
      clients: given.clients?.split(',').map((count) => positive(count, 'clients')) ?? defaults.clients ?? [],
    };
  } catch (error) {
    throw new WrongUsage((error as Error).message, { cause: error });
  }
}

function positive(text: string, name: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} takes whole numbers from 1, not "${text}"`);
  return value;
}
