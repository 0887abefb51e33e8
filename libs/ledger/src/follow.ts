import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { CommitHints } from './commit-hints.js';
import type { StoredEntry } from './proposal.js';
import { readStretch } from './read-entries.js';

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
  let woken = new AbortController();
  const onCommit = (committed: string): void => {
    // Each abort makes an error with its stack first, also where all was aborted already.
    if (committed === timeline && !woken.signal.aborted) woken.abort();
  };
  // For as long as it follows: one that came and went with each wait missed what was committed in between.
  hints.on('commit', onCommit);
  try {
    while (!signal.aborted) {
      woken = new AbortController();
      const entries = await readStretch(pool, timeline, next, next + pageSize);
      if (entries.length > 0) {
        next = entries.at(-1)!.position + 1;
        yield entries;
      } else {
        const enough = AbortSignal.any([signal, woken.signal]);
        await sleep(pollInterval, undefined, { signal: enough }).catch(() => undefined);
      }
    }
  } finally {
    hints.off('commit', onCommit);
  }
}
