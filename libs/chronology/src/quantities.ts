/**
 * The levels of a matter's quantities. A trail is all that was ever said of one name, newest first: an
 * immutable list, so that a later reading shares what an earlier one has. Reading 6 of docs/adr/0002.
 */
import type { Quantity } from './development.js';
import type { Item } from './item.js';
import type { QuantityLevel } from './state.js';
import { sumOf } from './sum.js';

export interface Touch {
  readonly item: Item;
  readonly quantity: Quantity;
  readonly before: Touch | null;
  /** Whether the level is known without anything older than this trail: all but deltas upon nothing. */
  readonly grounded: boolean;
  /** Of a delta, the level after it, had nothing been said before this trail; null where it states the level itself. */
  readonly sum: QuantityLevel | null;
}

export function touch(item: Item, quantity: Quantity, before: Touch | null): Touch {
  const states = quantity.delta === undefined;
  const sum = states ? null : nextLevel(before === null ? null : levelAfter(before), item, quantity);
  return { item, quantity, before, grounded: states || (before !== null && before.grounded), sum };
}

/** The level after a touch, had nothing been said before its trail. */
function levelAfter({ sum, item, quantity }: Touch): QuantityLevel {
  return sum ?? nextLevel(null, item, quantity);
}

/** Where the trail of a name stands; -1 where it was never mentioned. */
export function placeOf(of: string, trails: readonly Touch[]): number {
  for (let at = 0; at < trails.length; at++) if (trails[at]!.quantity.of === of) return at;
  return -1;
}

/**
 * The level after a touch whose trail goes on in an older one that ended at `under`. Deltas upon nothing
 * are applied again one by one: sums of doubles depend on their order.
 */
export function levelOver(touch: Touch | null, under: QuantityLevel | null): QuantityLevel | null {
  if (touch === null) return under;
  if (under === null || touch.grounded) return levelAfter(touch);
  const deltas: Touch[] = [];
  for (let each: Touch | null = touch; each !== null; each = each.before) deltas.push(each);
  return deltas.reduceRight((level, { item, quantity }) => nextLevel(level, item, quantity), under);
}

/** Whether both trails come to the same, by what the last development that touched them made of the same. */
export function leadsSame(a: Touch, b: Touch): boolean {
  for (let [one, other]: [Touch | null, Touch | null] = [a, b]; ; [one, other] = [one.before, other.before]) {
    if (one === other) return true;
    if (one === null || other === null || one.quantity !== other.quantity) return false;
    if (one.grounded !== other.grounded || !sameSum(one.sum, other.sum)) return false;
    if (one.item !== a.item) return true;
  }
}

/**
 * A trail without what is older than the last two developments that touched it: its level is known without, unless it lies
 * over another level and is not grounded. Trails that go on in the same one do so still, as in `statedSince`.
 */
export function lastOfTrail(touch: Touch, renewed: Map<Touch, Touch>): Touch {
  const known = renewed.get(touch);
  if (known) return known;
  const { item, before } = touch;
  const rest = before && (before.item === item ? lastOfTrail(before, renewed) : { ...before, before: null });
  const short = { ...touch, before: rest };
  renewed.set(touch, short);
  return short;
}

/** Of two touches by the same quantity. */
function sameSum(a: QuantityLevel | null, b: QuantityLevel | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.value === b.value && a.low === b.low && a.high === b.high && a.unit === b.unit && a.text === b.text
  );
}

/** Whether there is a level that the delta can be added to. */
export function canAdd(level: QuantityLevel | null, delta: Quantity): level is QuantityLevel {
  if (level === null || (level.value === null && level.low === null)) return false;
  return level.unit === null || delta.unit === undefined || level.unit === delta.unit;
}

function nextLevel(level: QuantityLevel | null, item: Item, quantity: Quantity): QuantityLevel {
  const delta = quantity.delta;
  let value = quantity.value ?? null;
  let low = quantity.low ?? null;
  let high = quantity.high ?? null;
  let unit = quantity.unit ?? null;
  if (delta !== undefined && canAdd(level, quantity)) {
    const add = (to: number | null) => (to === null ? null : sumOf(to, delta));
    [value, low, high] = [add(level.value), add(level.low), add(level.high)];
    unit = level.unit ?? unit;
  } else if (delta !== undefined) {
    value = delta;
    unit ??= level?.unit ?? null;
  }
  const text = quantity.text ?? null;
  return {
    of: quantity.of,
    value,
    unit,
    low,
    high,
    text,
    by: item.id,
    actor: item.content.actors?.[0] ?? null,
  };
}
