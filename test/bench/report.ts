/** What a benchmark found, for people (a table on stderr) and for machines (one JSON object). */
import { availableParallelism, cpus } from 'node:os';
import type { Row } from './measure.js';
import { format } from './measure.js';
import type { Options } from './options.js';

/** A promise about a ratio between two numbers of the same run. */
export interface Bar {
  claim: string;
  /** One of the two is set. */
  atLeast?: number;
  atMost?: number;
  value: number;
  passed: boolean;
}

export interface Outcome {
  rows: Row[];
  bars: Bar[];
  /** What a reader must know to judge the numbers: versions, checks made, shares of the load's own cost. */
  notes: Record<string, string | number>;
}

export function atLeast(claim: string, bar: number, value: number): Bar {
  return { claim, atLeast: bar, value: thousandth(value), passed: value >= bar };
}

export function atMost(claim: string, bar: number, value: number): Bar {
  return { claim, atMost: bar, value: thousandth(value), passed: value <= bar };
}

/** The median of the row with that name. */
export function medianOf(rows: Row[], name: string): number {
  const row = rows.find((candidate) => candidate.name === name);
  if (!row) throw new Error(`no row ${name}`);
  return row.median;
}

export function printTable({ rows, bars, notes }: Outcome): void {
  const width = Math.max(...rows.map((row) => row.name.length));
  const lines = rows.map(
    ({ name, unit, median, samples }) =>
      `${name.padEnd(width)}  ${format(median).padStart(9)} ${unit}  (${samples.map(format).join(', ')})`,
  );
  for (const bar of bars) {
    const asked = bar.atLeast === undefined ? `at most ${bar.atMost}` : `at least ${bar.atLeast}`;
    lines.push(`${bar.passed ? 'pass' : 'MISS'}  ${bar.claim}: ${bar.value}, ${asked}`);
  }
  for (const [name, note] of Object.entries(notes)) lines.push(`${name}: ${note}`);
  process.stderr.write(`\n${lines.join('\n')}\n`);
}

/** The object that `--json` prints; `passed` when every bar was cleared. */
export function asJson(bench: string, settings: Partial<Options>, outcome: Outcome): string {
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
  };
  const passed = outcome.bars.every((bar) => bar.passed);
  return JSON.stringify({ bench, passed, settings, machine, ...outcome });
}

function thousandth(value: number): number {
  return Math.round(value * 1000) / 1000;
}
