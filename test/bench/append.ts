/** Single developments over HTTP, everything on, against single appends of the peer in-process. */
import { contest, rowNames } from './contest.js';
import type { Options } from './options.js';
import type { Outcome } from './report.js';
import { atLeast, medianOf } from './report.js';

export async function append(options: Options): Promise<Outcome> {
  const { rows, notes } = await contest(options, 1);
  const bars = options.clients
    .filter((clients) => clients === 64)
    .flatMap((clients) => {
      const peer = medianOf(rows, rowNames.emmett(clients));
      return [rowNames.ours(clients), rowNames.oursSettled(clients)].map((name) =>
        atLeast(`${name} / Emmett in-process, no projections`, 3, medianOf(rows, name) / peer),
      );
    });
  return { rows, bars, notes };
}
