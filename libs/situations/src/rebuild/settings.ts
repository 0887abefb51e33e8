import type { Pool } from 'pg';
import type { KindTable } from '#libs/chronology';

/** What a rebuild is at: entries folded, or matters compared, of so many. */
export interface Progress {
  stage: 'dropping' | 'folding' | 'catching up' | 'comparing';
  done: number;
  of: number;
}

export interface RebuildSettings {
  /** Connections prepared by `tuneForAppends`; one is used at a time. */
  pool: Pool;
  kinds: KindTable;
  /** That of the fold in `#libs/chronology`; another one to see what a service of another does. */
  foldVersion: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  clock: () => number;
  onProgress?: (progress: Progress) => void;
  /** Between two steps, told how long the last one took in ms: waits, and may throw to stop there. */
  pause?: (took: number) => Promise<void>;
  /** Entries folded in one step; 1,000 by default. */
  entries?: number;
  /** How long after it was left a generation may still be answering, in ms; 10,000 by default. */
  patience?: number;
}
