/** Steps that take back what was planned but not written, newest first. */
export class Undo {
  private steps: (() => void)[] = [];

  push(step: () => void): void {
    this.steps.push(step);
  }

  mark(): number {
    return this.steps.length;
  }

  /** Takes back everything since `mark`. */
  revert(mark: number): void {
    while (this.steps.length > mark) this.steps.pop()!();
  }

  /** Everything so far is written and stays. */
  clear(): void {
    this.steps = [];
  }
}
