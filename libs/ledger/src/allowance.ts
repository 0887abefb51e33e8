/** What is held within an allowance, and can drop what was not used lately. */
export interface Member {
  dropOld(): void;
  /** Drops what was not used since this was last called, or all but an end of about this weight, as far as there is too much. */
  dropIdle(isTooMuch: () => boolean, end: number): void;
}

/** A weight that several maps share: whoever was not used for longest gives way to whoever is. */
export class Allowance {
  private weight = 0;
  /** In the order in which they last asked for room. */
  private readonly members = new Set<Member>();

  constructor(private readonly limit: number) {}

  get exceeded(): boolean {
    return this.weight > this.limit;
  }

  add(weight: number): void {
    this.weight += weight;
  }

  /** Drops what is old, as far as there is too much: other members' entries first, the caller's own last. */
  makeRoom(asking: Member): void {
    this.members.delete(asking);
    this.members.add(asking);
    for (const member of this.members) {
      if (!this.exceeded) return;
      member.dropOld();
    }
  }

  /**
   * Drops what nobody used since this was last called, as far as more than `most` is held.
   * @param end about what may stay of one entry, where it can be shrunk
   * @returns whether more is held still
   */
  dropIdle(most: number, end: number): boolean {
    const isTooMuch = () => this.weight > most;
    for (const member of this.members) member.dropIdle(isTooMuch, end);
    return isTooMuch();
  }

  leave(member: Member): void {
    this.members.delete(member);
  }
}
