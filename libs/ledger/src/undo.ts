/** Steps that take back what was planned but not written, newest first. */
export class Undo {
  private steps: (() => void)[] = [];
  /** Steps that were dropped: what they would take back is written. Marks go on counting. */
  private dropped = 0;

  push(step: () => void): void {
    this.steps.push(step);
  }

  mark(): number {
    return this.dropped + this.steps.length;
  }

  /** Takes back everything since `mark`. */
  revert(mark: number): void {
    while (this.mark() > mark && this.steps.length > 0) this.steps.pop()!();
  }

  /** Everything before `mark` is written and stays; by default all there is. */
  settle(mark = this.mark()): void {
    this.steps.splice(0, mark - this.dropped);
    this.dropped = mark;
  }
}
