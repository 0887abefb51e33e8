/**
 * Quarrels about a number. What was stated of one (type, name, unit) is an immutable list, newest first,
 * with three short cuts that let a long list be passed in a few steps: over those of one source, over those
 * that agree, and over those whose time was over. Reading 8 of docs/adr/0002.
 */
import type { Bounds, Instant, Quantity } from './development.js';
import { sameSource, type Item } from './item.js';
import { spellAttribution } from './spelling.js';
import type { QuantityAlternative } from './state.js';

export interface Statement {
  readonly item: Item;
  /** States `value`, or `low` and `high`. */
  readonly quantity: Quantity;
  readonly before: Statement | null;
  /** The nearest older one from another source; that says another value; whose bounds end later. */
  readonly otherSource: Statement | null;
  readonly otherValue: Statement | null;
  readonly longer: Statement | null;
}

/** How many alternatives are shown. */
export const mostAlternatives = 20;

export function statesNumber(quantity: Quantity): boolean {
  return quantity.value !== undefined || quantity.low !== undefined;
}

/** Where the list of what developments of a type say about a name and its unit stands; -1 where none says anything. */
export function placeAbout(type: string, { of, unit }: Quantity, statements: readonly Statement[]): number {
  for (let at = 0; at < statements.length; at++) {
    const { item, quantity } = statements[at]!;
    if (quantity.of === of && quantity.unit === unit && item.content.type === type) return at;
  }
  return -1;
}

export function newStatement(item: Item, quantity: Quantity, before: Statement | null): Statement {
  let longer = before;
  while (longer !== null && longer.item.bounds.latest <= item.bounds.latest) longer = longer.longer;
  return {
    item,
    quantity,
    before,
    otherSource: before !== null && sameSource(before.item, item) ? before.otherSource : before,
    otherValue: before !== null && sameValue(before.quantity, quantity) ? before.otherValue : before,
    longer,
  };
}

/**
 * A list without what was over before `since`: with what begins then or later that is in no quarrel. Lists that go on in the
 * same one do so still where `renewed` is the same for all of them: it has the new ones of those met so far.
 */
export function statedSince(
  newest: Statement,
  since: Instant,
  renewed: Map<Statement, Statement | null>,
): Statement | null {
  const chain: Statement[] = [];
  let each: Statement | null = newest;
  for (; each !== null && !renewed.has(each); each = each.before) chain.push(each);
  let before = each === null ? null : renewed.get(each)!;
  for (const old of chain.reverse()) {
    if (old.item.bounds.latest >= since) before = newStatement(old.item, old.quantity, before);
    renewed.set(old, before);
  }
  return before;
}

/**
 * The newest folded statement and all that quarrel with it, in fold order, the last 20; empty where none
 * does. Its own list goes on in those of `earlier` runs, the nearest first.
 */
export function alternatives(newest: Statement, earlier: (Statement | null)[]): QuantityAlternative[] {
  const found = [newest];
  collectRivals(newest, newest.before, found);
  for (const list of earlier) collectRivals(newest, list, found);
  return found.length === 1 ? [] : found.reverse().map(alternative);
}

function collectRivals(newest: Statement, from: Statement | null, found: Statement[]): void {
  let each = from;
  while (each !== null && found.length < mostAlternatives) {
    if (sameSource(each.item, newest.item)) each = each.otherSource;
    else if (sameValue(each.quantity, newest.quantity)) each = each.otherValue;
    else if (each.item.bounds.latest <= newest.item.bounds.earliest) each = each.longer;
    else {
      if (overlap(each.item.bounds, newest.item.bounds) && !isChange(each.quantity, newest.quantity))
        found.push(each);
      each = each.before;
    }
  }
}

function sameValue(a: Quantity, b: Quantity): boolean {
  return a.value === b.value && a.low === b.low && a.high === b.high;
}

/** One names the other's value as what was before: that is a change, not a quarrel. */
function isChange(a: Quantity, b: Quantity): boolean {
  return (a.prior !== undefined && a.prior === b.value) || (b.prior !== undefined && b.prior === a.value);
}

function overlap(a: Bounds, b: Bounds): boolean {
  return a.earliest < b.latest && b.earliest < a.latest;
}

function alternative({ item, quantity }: Statement): QuantityAlternative {
  const { id: by, content } = item;
  const attribution = spellAttribution(content.attribution);
  if (quantity.value !== undefined) return { by, value: quantity.value, attribution };
  return { by, value: null, low: quantity.low!, high: quantity.high!, attribution };
}
