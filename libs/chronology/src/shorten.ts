/**
 * An account that has let go of its beginning: what comes in order, or late by a little, needs no more than the end of a
 * matter. For the rest the account is opened anew from all its entries.
 */
import type { Account } from './account.js';
import type { Bounds, Content } from './development.js';
import { isWorld } from './development.js';
import { withoutPast } from './forgetful-runs.js';
import { beginOf } from './item.js';
import { unindexed } from './items.js';
import { elementAt, lastOf, letGoBefore } from './row.js';
import { indexAt } from './slots.js';

/** What may be held beside the last developments, of them: numbers that were stated earlier and quarrel with theirs. */
const mostBeside = 0.25;

/** Whether it holds all that was recorded. */
export function isWhole({ items, life }: Account): boolean {
  return items.row.gone === 0 && life.sequence.gone === 0;
}

/**
 * The account with the last `keep` of its developments, at least one. Itself where it holds no more, and where those go on
 * in what came before them: claims quarrel whenever they were made, deltas upon nothing are added again to what an undated
 * development says, and many numbers may overlap in time.
 */
export function shorten(account: Account, keep: number): Account {
  const { items, life } = account;
  const { sequence, slots, undated } = life;
  const first = sequence.length - keep;
  if (first <= sequence.gone || lastOf(sequence)!.claims.made !== null) return account;
  const runs = withoutPast(letGoBefore(sequence, first), undated.length > 0, Math.ceil(keep * mostBeside));
  if (runs === null) return account;
  // The slot that holds when the first of them begins is the first that any of what `suffices` lets in looks at.
  const slot = indexAt(slots, beginOf(elementAt(sequence, first).item));
  return {
    ...account,
    items: unindexed(letGoBefore(items.row, items.row.length - keep)),
    life: {
      ...life,
      sequence: runs,
      slots: { ...slots, past: letGoBefore(slots.past, slot) },
    },
  };
}

/**
 * Whether recording this content, with these bounds, looks at nothing but the account's last `keep` developments, or those
 * that it holds where they are fewer.
 */
export function suffices(
  account: Account,
  content: Content,
  bounds: Bounds | null,
  keep = Infinity,
): boolean {
  const { sequence } = account.life;
  if (isWhole(account) && keep >= sequence.length) return true;
  // Dated, and after the first of them: the undated move everything, and the desk's targets may be gone.
  if (!isWorld(content) || bounds === null || bounds.earliest === -Infinity) return false;
  const first = Math.max(sequence.gone, sequence.length - keep);
  return bounds.earliest > beginOf(elementAt(sequence, first).item);
}
