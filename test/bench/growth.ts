/** Whether appending to a long ledger is as fast as appending to an empty one. */
import { rateOf } from './http-load.js';
import { recordLargeLedger, worldSpan } from './large-ledger.js';
import { alternate } from './measure.js';
import type { Options } from './options.js';
import { startBenchPostgres } from './postgres.js';
import { record } from './recording.js';
import type { Outcome } from './report.js';
import { atLeast, medianOf } from './report.js';
import { startService } from './service.js';

const unit = 'developments/s';
const matters = 500;

export async function growth(options: Options): Promise<Outcome> {
  const postgres = await startBenchPostgres();
  const database = await postgres.createDatabase('growth');
  const service = await startService(database.url);
  try {
    const large = await recordLargeLedger(service, options.scale, matters);
    const length = { connections: 64, seconds: options.seconds, warmup: options.seconds / 4 };
    // In the long ledger the world has moved on: what is appended comes after all that is there, as news does.
    let from = worldSpan;
    const into = (name: string, to: string | undefined, among: number) => ({
      name,
      unit,
      run: async () => {
        const world = { from: to === undefined ? 0 : from, step: 1, late: false };
        const result = await record(service, { ...length, matters: among, world }, to);
        if (to !== undefined) from += result.created + length.connections;
        return rateOf(result);
      },
    });
    const pairs = [
      ['new matters', 0],
      [`${matters} matters`, matters],
    ] as const;
    const rows = await alternate(
      pairs.flatMap(([name, among]) => [
        into(`empty ledger, ${name}`, undefined, among),
        into(`ledger of ${large.size}, ${name}`, large.path, among),
      ]),
      options.repeats,
    );
    const bars = pairs.map(([name]) =>
      atLeast(
        `append rate into a ledger of ${large.size} / into an empty one, ${name}`,
        0.8,
        medianOf(rows, `ledger of ${large.size}, ${name}`) / medianOf(rows, `empty ledger, ${name}`),
      ),
    );
    return {
      rows,
      bars,
      notes: { postgres: postgres.version, 'recorded at (a second)': Math.round(large.rate) },
    };
  } finally {
    await service.stop();
    await database.drop();
    await postgres.stop();
  }
}
