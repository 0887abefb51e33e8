import type { Instant } from '#libs/chronology';

/** After `after` and not after `upTo` on the world's clock, as known at position `knownAt`. */
export interface Stretch {
  after: Instant;
  upTo: Instant;
  knownAt: number;
}
