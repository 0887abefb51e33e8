/** Quantities by name, in order of first mention: time.md "The fold", ADR 0002 reading 6. */
import type { Quantity, QuantityLevel } from '#libs/chronology';
import type { Counted } from './effective.js';

export interface Levels {
  levels: QuantityLevel[];
  /** Names of the deltas in the last development that had nothing to add to, in order. */
  withoutBase: string[];
}

/** The levels after the actual developments, given in fold order. */
export function levelsAfter(actual: Counted[]): Levels {
  const levels = new Map<string, QuantityLevel>();
  let withoutBase: string[] = [];
  for (const { content } of actual) {
    withoutBase = [];
    for (const quantity of content.quantities ?? []) {
      const before = levels.get(quantity.of);
      if (quantity.delta !== undefined && baseFor(quantity, before) === null) withoutBase.push(quantity.of);
      const touched = { by: content.id, actor: content.actors?.[0] ?? null };
      levels.set(quantity.of, { ...levelAfter(before, quantity), ...touched });
    }
  }
  return { levels: [...levels.values()], withoutBase };
}

/** A sum of doubles as of decimals, to more places than the figures of random histories have; ADR 0002 reading 6. */
export function onPaper(sum: number): number {
  // Places, not digits: 10.2 less 10 has fewer digits that count than 10.2 has. And -0 is no figure.
  return Number(sum.toFixed(9)) + 0;
}

/** A level with a number to add to, in a unit that is not known to be another; else null. */
function baseFor({ unit }: Quantity, before: QuantityLevel | undefined): QuantityLevel | null {
  if (before === undefined || (before.value === null && before.low === null)) return null;
  return unit === undefined || before.unit === null || unit === before.unit ? before : null;
}

function levelAfter(
  before: QuantityLevel | undefined,
  quantity: Quantity,
): Omit<QuantityLevel, 'by' | 'actor'> {
  const { of, value = null, low = null, high = null, delta, unit = null, text = null } = quantity;
  if (delta === undefined) return { of, value, unit, low, high, text };
  const base = baseFor(quantity, before);
  if (base === null) {
    return { of, value: delta, unit: unit ?? before?.unit ?? null, low: null, high: null, text };
  }
  const add = (level: number | null): number | null => (level === null ? null : onPaper(level + delta));
  return {
    of,
    value: add(base.value),
    unit: base.unit ?? unit,
    low: add(base.low),
    high: add(base.high),
    text,
  };
}
