/** The contest that `append` and `batch` share: the service, its peer and the bare limits on one Postgres. */
import { startBareHttp } from './bare-http.js';
import { bareInserts } from './bare-insert.js';
import { emmettAppends } from './emmett-peer.js';
import { httpLoad, rateOf } from './http-load.js';
import type { LoadResult } from './http-load-plan.js';
import type { Contender, Row } from './measure.js';
import { alternate } from './measure.js';
import type { Options } from './options.js';
import { startBenchPostgres } from './postgres.js';
import { record } from './recording.js';
import { startService } from './service.js';

export interface Contest {
  rows: Row[];
  notes: Record<string, string | number>;
}

/** Matters of the run that goes to matters with a past, rather than to new ones. */
const settledMatters = 500;

const unit = 'developments/s';

/** Names of rows, for the bars. */
export const rowNames = {
  ours: (clients: number) => `dateline, new matters, ${clients} clients`,
  oursSettled: (clients: number) => `dateline, ${settledMatters} matters, ${clients} clients`,
  emmett: (clients: number) => `emmett in-process, ${clients} clients`,
  store: (clients: number) => `bare insert, ${clients} connections`,
  http: (clients: number) => `bare HTTP echo, ${clients} clients`,
};

/** Everything with `batch` developments a request, at each number of clients. */
export async function contest(options: Options, batch: number): Promise<Contest> {
  const postgres = await startBenchPostgres();
  const database = await postgres.createDatabase('dateline');
  const service = await startService(database.url);
  const echo = await startBareHttp();
  const notes: Contest['notes'] = { postgres: postgres.version };
  const length = { seconds: options.seconds, warmup: options.seconds / 4 };
  const remember = (name: string, result: LoadResult): number => {
    notes[`${name}: p50 / p99 ms, load's own CPU`] =
      `${result.p50.toFixed(1)} / ${result.p99.toFixed(1)}, ${Math.round((100 * result.cpu) / (length.seconds + length.warmup))} %`;
    return rateOf(result);
  };
  const contendersAt = (clients: number): Contender[] => {
    const plan = { ...length, batch, connections: clients };
    const peer = { ...length, batch, clients };
    const [ours, settled, http] = [
      rowNames.ours(clients),
      rowNames.oursSettled(clients),
      rowNames.http(clients),
    ];
    return [
      { name: ours, unit, run: async () => remember(ours, await record(service, plan)) },
      {
        name: settled,
        unit,
        run: async () => remember(settled, await record(service, { ...plan, matters: settledMatters })),
      },
      { name: rowNames.emmett(clients), unit, run: () => emmettAppends(postgres, peer) },
      { name: rowNames.store(clients), unit, run: () => bareInserts(postgres, peer) },
      {
        name: http,
        unit,
        run: async () =>
          remember(http, await httpLoad({ ...plan, port: echo.port, path: '/echo', run: 'echo' })),
      },
    ];
  };
  try {
    const rows = await alternate(options.clients.flatMap(contendersAt), options.repeats, 1);
    return { rows, notes };
  } finally {
    await echo.stop();
    await service.stop();
    await database.drop();
    await postgres.stop();
  }
}
