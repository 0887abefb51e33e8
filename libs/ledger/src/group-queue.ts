import type { Group } from './planner.js';
import type { Appended } from './proposal.js';

/** A group, and whoever waits for it. */
export interface Waiting<C extends object> extends Group<C> {
  /** Set after its batch failed in a way that may be this group's fault: it is tried by itself. */
  alone?: boolean;
  /** Set after the connection was lost under it: a second loss is told to whoever waits. */
  retried?: boolean;
  resolve: (appended: Appended[]) => void;
  reject: (error: unknown) => void;
}

/** Whether a group goes in a batch of its own: also where it destroys, which takes a transaction around the batch. */
export function mustBeAlone<C extends object>({ alone, proposals }: Waiting<C>): boolean {
  return alone === true || proposals.some(({ destroys }) => destroys);
}

/** The groups that wait for a batch, in order. */
export class GroupQueue<C extends object> {
  private readonly groups: Waiting<C>[] = [];
  private waiting = 0;

  /** How many entries they would make. */
  get entries(): number {
    return this.waiting;
  }

  get first(): Waiting<C> | undefined {
    return this.groups[0];
  }

  push(group: Waiting<C>): void {
    this.groups.push(group);
    this.waiting += group.proposals.length;
  }

  /** Before all others: those that were taken and not written. */
  putBack(groups: Waiting<C>[]): void {
    this.groups.unshift(...groups);
    for (const { proposals } of groups) this.waiting += proposals.length;
  }

  /** The first groups, of at most so many entries; one that is larger, or must be alone, goes alone. */
  take(most: number): Waiting<C>[] {
    const taken: Waiting<C>[] = [];
    let size = 0;
    for (let next = this.first; next; next = this.first) {
      if (taken.length > 0 && (mustBeAlone(next) || size + next.proposals.length > most)) break;
      taken.push(this.groups.shift()!);
      size += next.proposals.length;
      if (mustBeAlone(next)) break;
    }
    this.waiting -= size;
    return taken;
  }

  takeAll(): Waiting<C>[] {
    this.waiting = 0;
    return this.groups.splice(0);
  }

  remove(group: Waiting<C>): void {
    this.groups.splice(this.groups.indexOf(group), 1);
    this.waiting -= group.proposals.length;
  }
}
