import { once } from 'node:events';
import type { Pool } from 'pg';
import type { CommitHints } from './commit-hints.js';
import type { StoredEntry } from './proposal.js';
import { readRange } from './read-entries.js';

/** The log is asked again after so long without a hint, in ms: a hint may be lost, a row cannot. */
const pollInterval = 1_000;
const pageSize = 500;

/**
 * The entries after position `after`, page by page and for ever, in order, without gap or duplicate, until
 * `signal` aborts. Positions have no gaps and become visible in commit order, so "after the last one seen"
 * misses nothing. Rejects with what pg throws when the database is away; call it again from the last position.
 */
export async function* follow(
  pool: Pool,
  hints: CommitHints,
  timeline: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<StoredEntry[], void, void> {
  let next = after + 1;
  while (!signal.aborted) {
    // Subscribed before reading: what is committed in between wakes the wait.
    const waiting = new AbortController();
    const woken = hintOf(hints, timeline, AbortSignal.any([signal, waiting.signal]));
    try {
      const entries = await readRange(pool, timeline, next, next + pageSize);
      if (entries.length === 0) await woken;
      else {
        next = entries.at(-1)!.position + 1;
        yield entries;
      }
    } finally {
      waiting.abort();
    }
  }
}

/** Resolves at the next hint for the timeline, after the poll interval, or when the signal aborts. */
async function hintOf(hints: CommitHints, timeline: string, signal: AbortSignal): Promise<void> {
  const enough = AbortSignal.any([signal, AbortSignal.timeout(pollInterval)]);
  try {
    for (;;) {
      const [hinted] = (await once(hints, 'commit', { signal: enough })) as [string];
      if (hinted === timeline) return;
    }
  } catch (error) {
    if (!enough.aborted) throw error;
  }
}
