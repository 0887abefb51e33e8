/**
 * Whether ids and streams that this process has not seen are taken for new without a look into the database. They
 * mostly are, and the ledger's unique constraints know better: a batch that presumed wrongly is not written, and is
 * planned again with everything looked up. Where look-ups find something now and then, they are made.
 */
export class Presumption {
  private toLookUp: number;

  /** @param lookUps batches looked up before anything is presumed: at first, and whenever something was there; from 1 */
  constructor(private readonly lookUps: number) {
    this.toLookUp = lookUps;
  }

  get allowed(): boolean {
    return this.toLookUp === 0;
  }

  lookedUp(found: boolean): void {
    this.toLookUp = found ? this.lookUps : Math.max(0, this.toLookUp - 1);
  }

  /** Something that was presumed may be wrong. */
  withdraw(): void {
    this.toLookUp = this.lookUps;
  }
}
