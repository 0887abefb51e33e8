/**
 * What a run of developments says, in fold order. A run is immutable and shares what it can with the one
 * that it extends: one more development costs the same however many went before.
 */
import type { Instant, Place, Quantity } from './development.js';
import { claimOn, noClaims, type Claims } from './claims.js';
import { newStatement, placeAbout, statesNumber, type Statement } from './contested.js';
import { isActual, type Item } from './item.js';
import { leadsSame, placeOf, touch, type Touch } from './quantities.js';

export interface Run {
  /** Its last development, a note too. */
  readonly item: Item;
  /** The last actual development, and the actual one before it. */
  readonly last: Item | null;
  readonly previous: Item | null;
  /** Those of the last actual development that named any; null where none did. */
  readonly actors: string[] | null;
  readonly recipients: string[] | null;
  readonly places: Place[] | null;
  /** By name, in order of first mention. */
  readonly trails: readonly Touch[];
  /** By type, name and unit. */
  readonly statements: readonly Statement[];
  readonly claims: Claims;
}

const nothing: Omit<Run, 'item'> = {
  last: null,
  previous: null,
  actors: null,
  recipients: null,
  places: null,
  trails: [],
  statements: [],
  claims: noClaims,
};

/** The run with one more development. */
export function extend(before: Run | null, item: Item): Run {
  const so = before ?? nothing;
  const { actors, recipients, places, quantities } = item.content;
  const actual = isActual(item);
  return {
    item,
    last: actual ? item : so.last,
    previous: actual ? so.last : so.previous,
    actors: (actual && named(actors)) || so.actors,
    recipients: (actual && named(recipients)) || so.recipients,
    places: (actual && named(places)) || so.places,
    trails: actual && quantities ? touched(so.trails, item, quantities) : so.trails,
    statements: actual && quantities ? stated(so.statements, item, quantities) : so.statements,
    claims: actual && item.kind === 'claim' ? claimOn(so.claims, item) : so.claims,
  };
}

/** The run of developments that stand in fold order; null for none. */
export function runOf(items: readonly Item[]): Run | null {
  let run: Run | null = null;
  for (const item of items) run = extend(run, item);
  return run;
}

/**
 * Whether both runs say the same, and still do after whatever dated follows, when one of them has read
 * something that the other has not and whose time was over at `horizon`: what was stated before then may be
 * in a quarrel with it. Runs of claims never do: those quarrel whenever they were made.
 */
export function saysSame(a: Run, b: Run, horizon: Instant): boolean {
  return (
    a.item === b.item &&
    a.last === b.last &&
    a.previous === b.previous &&
    a.actors === b.actors &&
    a.recipients === b.recipients &&
    a.places === b.places &&
    a.claims === b.claims &&
    a.trails.length === b.trails.length &&
    a.trails.every((trail, at) => leadsSame(trail, b.trails[at]!)) &&
    a.statements.length === b.statements.length &&
    a.statements.every(
      (said, at) => said === b.statements[at] || isRepeated(said, b.statements[at]!, horizon),
    )
  );
}

function isRepeated(one: Statement, other: Statement, horizon: Instant): boolean {
  return one.quantity === other.quantity && one.item.bounds.earliest >= horizon;
}

function named<T>(list: T[] | undefined): T[] | null {
  return list !== undefined && list.length > 0 ? list : null;
}

function touched(trails: readonly Touch[], item: Item, quantities: Quantity[]): readonly Touch[] {
  let all = trails;
  for (const quantity of quantities) {
    const at = placeOf(quantity.of, all);
    all = replaced(all, at, touch(item, quantity, at < 0 ? null : all[at]!));
  }
  return all;
}

function stated(statements: readonly Statement[], item: Item, quantities: Quantity[]): readonly Statement[] {
  let all = statements;
  for (const quantity of quantities) {
    if (!statesNumber(quantity) || !isLastOf(quantity, quantities)) continue;
    const at = placeAbout(item.content.type, quantity, all);
    all = replaced(all, at, newStatement(item, quantity, at < 0 ? null : all[at]!));
  }
  return all;
}

/** What a development says of a name is the last that it says of it. */
function isLastOf(quantity: Quantity, quantities: readonly Quantity[]): boolean {
  for (let at = quantities.length - 1; ; at--) {
    if (quantities[at]!.of === quantity.of) return quantities[at] === quantity;
  }
}

/** The list with `element` at `at`, or at its end where `at` is -1. Most lists have one element or none. */
function replaced<T>(list: readonly T[], at: number, element: T): readonly T[] {
  if (list.length === 0 || (list.length === 1 && at === 0)) return [element];
  return at < 0 ? [...list, element] : list.with(at, element);
}
