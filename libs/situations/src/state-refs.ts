import type { AccountChange, AccountSlot } from '#libs/chronology';

/** The name of a stored state: the position that brought it, and which of that position's new states it is. */
export interface StateRef {
  position: number;
  ordinal: number;
}

/** A state that a change brings, and its name. */
export interface NewState extends StateRef {
  state: string;
}

/**
 * Which stored state each slot in memory has. A function of the matter's entries alone: whoever folds them again
 * finds the same names. Kept beside the slots, since what a state is called is not part of what it says.
 */
export class StateRefs {
  private readonly refs = new WeakMap<AccountSlot, StateRef>();

  of(slot: AccountSlot): StateRef {
    const ref = this.refs.get(slot);
    if (!ref)
      throw new Error(`the slot from ${slot.validFrom} known from ${slot.knownFrom} has no stored state`);
    return ref;
  }

  /** Names the states of the slots that a change opens: a state that goes on keeps its name. Gives the new ones. */
  assign({ closed, opened }: AccountChange, position: number): NewState[] {
    const known = new Map(closed.map((slot) => [slot.json, this.of(slot)]));
    const fresh: NewState[] = [];
    for (const slot of opened) {
      let ref = known.get(slot.json);
      if (!ref) {
        ref = { position, ordinal: fresh.length };
        known.set(slot.json, ref);
        fresh.push({ ...ref, state: slot.json });
      }
      this.refs.set(slot, ref);
    }
    return fresh;
  }
}
