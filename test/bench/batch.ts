/** A hundred developments a request over HTTP, against a hundred an append of the peer in-process. */
import { contest, rowNames } from './contest.js';
import type { Options } from './options.js';
import type { Outcome } from './report.js';
import { atLeast, medianOf } from './report.js';

export async function batch(options: Options): Promise<Outcome> {
  const { rows, notes } = await contest(options, 100);
  const bars = options.clients.flatMap((clients) => {
    const peer = medianOf(rows, rowNames.emmett(clients));
    return [rowNames.ours(clients), rowNames.oursSettled(clients)].map((name) =>
      atLeast(`${name}, 100 a request / Emmett in-process, 100 an append`, 1, medianOf(rows, name) / peer),
    );
  });
  return { rows, bars, notes };
}
