/**
 * A run of developments in fold order, and what it says. A run is immutable and names the one that it
 * extends, so a matter's whole run is at once the list of all that was folded; one more development costs
 * the same however many went before.
 */
import type { Place, Quantity } from './development.js';
import { claimOn, noClaims, type Claims } from './claims.js';
import { isAbout, state, statesNumber, type Statement } from './contested.js';
import { isActual, type Item } from './item.js';
import { touch, type Touch } from './quantities.js';

export interface Run {
  /** Its last development, a note too. */
  readonly item: Item;
  readonly before: Run | null;
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

const nothing: Omit<Run, 'item' | 'before'> = {
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
    before,
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
  return items.reduce<Run | null>(extend, null);
}

function named<T>(list: T[] | undefined): T[] | null {
  return list !== undefined && list.length > 0 ? list : null;
}

function touched(trails: readonly Touch[], item: Item, quantities: Quantity[]): readonly Touch[] {
  let all = trails;
  for (const quantity of quantities) {
    const at = all.findIndex((trail) => trail.quantity.of === quantity.of);
    all = replaced(all, at, touch(item, quantity, at < 0 ? null : all[at]!));
  }
  return all;
}

function stated(statements: readonly Statement[], item: Item, quantities: Quantity[]): readonly Statement[] {
  let all = statements;
  quantities.forEach((quantity, index) => {
    // What a development says of a name is the last that it says of it.
    const isLast = quantities.findLastIndex(({ of }) => of === quantity.of) === index;
    if (!isLast || !statesNumber(quantity)) return;
    const at = all.findIndex((statement) => isAbout(statement, item.content.type, quantity));
    all = replaced(all, at, state(item, quantity, at < 0 ? null : all[at]!));
  });
  return all;
}

/** The list with `element` at `at`, or at its end where `at` is -1. */
function replaced<T>(list: readonly T[], at: number, element: T): readonly T[] {
  return at < 0 ? [...list, element] : list.with(at, element);
}
