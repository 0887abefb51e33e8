import type { SlotState } from './state.js';

/**
 * A state as an entry brought it, told by the entry's position and which of the new states of that entry it is. What
 * keeps its text keeps this, so that a text need be stored only once. The text is made when it is first asked for: the
 * read models ask for each, a replay for one of a matter's.
 */
export class Drawn {
  /** Counted from 0, as slots take up what is new. */
  ordinal = 0;
  /** The text names it, so two that differ in it differ. */
  readonly lastDevelopment: string | null;
  private said: SlotState | string;

  constructor(
    readonly position: number,
    state: SlotState,
  ) {
    this.lastDevelopment = state.lastDevelopment;
    this.said = state;
  }

  /** The state's text. */
  get json(): string {
    if (typeof this.said !== 'string') this.said = JSON.stringify(this.said);
    return this.said;
  }

  /** Whether both have the same text. */
  says(other: Drawn): boolean {
    return this === other || (this.lastDevelopment === other.lastDevelopment && this.json === other.json);
  }
}
