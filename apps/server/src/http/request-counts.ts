import { isIPv6 } from 'node:net';

/** Requests of one caller in a stretch of time that began with the first of them. */
export interface RequestCount {
  made: number;
  /** When the stretch ends, in ms. */
  until: number;
}

/**
 * How many requests each caller made in its stretch of time. When `most` callers are being counted, those that are new
 * are counted together as one: nobody makes this grow without end by coming from everywhere.
 */
export class RequestCounts {
  /** In the order in which they end, for all stretches are equally long. */
  private readonly apart = new Map<string, RequestCount>();
  private together: RequestCount = { made: 0, until: -Infinity };

  constructor(
    /** In ms. */
    private readonly stretch: number,
    private readonly most: number,
  ) {}

  /** Counts one more at `now`, in ms of whatever clock never goes back. */
  add(caller: string, now: number): RequestCount {
    const count = this.countOf(caller, now);
    count.made++;
    return count;
  }

  private countOf(caller: string, now: number): RequestCount {
    const known = this.apart.get(caller);
    if (known !== undefined && now < known.until) return known;
    this.forgetEnded(now);
    const fresh = { made: 0, until: now + this.stretch };
    if (this.apart.size < this.most) this.apart.set(caller, fresh);
    else if (now < this.together.until) return this.together;
    else this.together = fresh;
    return fresh;
  }

  private forgetEnded(now: number): void {
    for (const [caller, { until }] of this.apart) {
      if (now < until) return;
      this.apart.delete(caller);
    }
  }
}

/** Whoever is given one IPv6 address is given the 2^64 that begin alike; an IPv4 address stands for itself. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head, tail] = address.split('::') as [string, string?];
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const left = Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(left).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** An IPv4 address at the end is two of them. */
function groupsOf(part: string): string[] {
  return part === '' ? [] : part.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
}
