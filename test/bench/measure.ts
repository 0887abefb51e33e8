/** Medians, percentiles, and the order in which contenders take turns. */

/** One thing that is measured: `run` gives one sample, in the contender's unit. */
export interface Contender {
  name: string;
  /** Of the samples, e.g. `developments/s` or `ms`. */
  unit: string;
  run(): Promise<number>;
}

export interface Row {
  name: string;
  unit: string;
  median: number;
  samples: number[];
}

/**
 * Runs all contenders `repeats` times, in turn rather than one after the other, and every second round
 * backwards: a machine that slows down or warms up in the meantime then does so for all of them.
 * @param warmUps rounds before those, which do not count: code is compiled while it runs for the first seconds, and
 *   the service and its peers run for months
 */
export async function alternate(contenders: Contender[], repeats: number, warmUps = 0): Promise<Row[]> {
  const samples = new Map(contenders.map((contender) => [contender, [] as number[]]));
  for (let round = -warmUps; round < repeats; round++) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    for (const contender of order) {
      const sample = await contender.run();
      if (round >= 0) samples.get(contender)!.push(sample);
      const turn = round < 0 ? 'warming up' : `${round + 1}/${repeats}`;
      process.stderr.write(`  ${turn} ${contender.name}: ${format(sample)} ${contender.unit}\n`);
    }
  }
  return contenders.map((contender) => rowOf(contender.name, contender.unit, samples.get(contender)!));
}

export function rowOf(name: string, unit: string, samples: number[]): Row {
  return { name, unit, median: round(median(samples)), samples: samples.map(round) };
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 50);
}

/** Linear between the two nearest ranks; `percent` from 0 to 100. */
export function percentile(samples: readonly number[], percent: number): number {
  if (samples.length === 0) throw new RangeError('a percentile of nothing');
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(rank)]!;
  return below + (sorted[Math.ceil(rank)]! - below) * (rank - Math.floor(rank));
}

/** Whole numbers from 100 on, two decimals below. */
export function format(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
