/** Whether a situation at any (asOf, knownAt) costs as little in a long ledger as in a short one. */
import { HttpConnection } from './http-connection.js';
import { recordLargeLedger, worldSpan } from './large-ledger.js';
import type { LargeLedger } from './large-ledger.js';
import type { Row } from './measure.js';
import { alternate, percentile, rowOf } from './measure.js';
import type { Options } from './options.js';
import { startBenchPostgres } from './postgres.js';
import { seededRandom } from './random.js';
import type { Outcome } from './report.js';
import { atMost } from './report.js';
import { worldBegins } from './sample-development.js';
import { startService } from './service.js';
import type { Service } from './service.js';

const matters = 200;
const small = 10_000;
/** Requests in one turn of a contender; over three turns p99 then stands on a dozen requests. */
const requestsPerTurn = 400;
/** By then every matter has its first developments, in ledgers of any size. */
const earliestKnown = 1_000;

/** Where in the plane the questions lie: both are shares, of the world's span and of the ledger's positions. */
const places: Record<string, (random: () => number) => [asOf: number, knownAt: number]> = {
  anywhere: (random) => [random(), random()],
  // Much that is not yet known lies before asOf: an index on the world's clock alone reads all of it.
  'late asOf, early knownAt': (random) => [0.9 + random() / 10, random() / 100],
  // Not earlier: in the short ledger the last matter's life begins after a fiftieth of the span.
  'early asOf, late knownAt': (random) => [0.03 + random() / 50, 0.9 + random() / 10],
};

export async function asof(options: Options): Promise<Outcome> {
  const postgres = await startBenchPostgres();
  const database = await postgres.createDatabase('asof');
  const service = await startService(database.url);
  let connection: HttpConnection | undefined;
  try {
    const ledgers = [
      await recordLargeLedger(service, small, matters),
      await recordLargeLedger(service, options.scale, matters),
    ];
    // Opened now: the service closes a connection that has been idle as long as the recording takes.
    const open = await HttpConnection.open(service.port);
    connection = open;
    const latencies = new Map<string, number[]>();
    const shown: Record<string, number> = {};
    const contenders = Object.entries(places).flatMap(([place, pick]) =>
      ledgers.map((ledger) => {
        const name = `${place}, ${ledger.size} developments`;
        const random = seededRandom(ledger.size + place.length);
        latencies.set(name, []);
        const run = async () => {
          const ask = () => question(service, ledger, pick(random));
          shown[name] ??= await countMatters(open, ask());
          const turn = await timeRequests(open, ask);
          latencies.get(name)!.push(...turn);
          return percentile(turn, 99);
        };
        return { name, unit: 'ms, p99', run };
      }),
    );
    const p99s = await alternate(contenders, options.repeats);
    const overall = (name: string, percent: number) => percentile(latencies.get(name)!, percent);
    const rows: Row[] = p99s.flatMap((row) => [
      rowOf(row.name, 'ms, p50', [overall(row.name, 50)]),
      { ...rowOf(row.name, 'ms, p99', [overall(row.name, 99)]), samples: row.samples },
    ]);
    const bars = Object.keys(places).map((place) => {
      const [short, long] = ledgers.map((ledger) => overall(`${place}, ${ledger.size} developments`, 99));
      return atMost(
        `p99 at ${ledgers[1]!.size} / at ${ledgers[0]!.size} developments, ${place}`,
        3,
        long! / short!,
      );
    });
    const notes = Object.fromEntries(
      Object.entries(shown).map(([name, count]) => [`matters shown, ${name}`, count]),
    );
    return { rows, bars, notes: { postgres: postgres.version, ...notes } };
  } finally {
    connection?.close();
    await service.stop();
    await database.drop();
    await postgres.stop();
  }
}

function question(service: Service, ledger: LargeLedger, [asOf, knownAt]: [number, number]): string {
  const instant = new Date(worldBegins.getTime() + Math.floor(asOf * worldSpan) * 1000).toISOString();
  const position = earliestKnown + Math.floor(knownAt * (ledger.size - earliestKnown));
  return (
    `GET ${ledger.path}/situation?asOf=${instant}&knownAt=${position} HTTP/1.1\r\n` +
    `Host: 127.0.0.1:${service.port}\r\nAuthorization: ${service.authorization}\r\n\r\n`
  );
}

/** Milliseconds of each request, one after the other on one connection, after some that do not count. */
async function timeRequests(connection: HttpConnection, ask: () => string): Promise<number[]> {
  const times: number[] = [];
  for (let n = -requestsPerTurn / 8; n < requestsPerTurn; n++) {
    const request = ask();
    const began = performance.now();
    const { status, body } = await connection.send(request);
    if (status !== 200) throw new Error(`${request.split('\r\n')[0]} answered ${status}: ${body.toString()}`);
    if (n >= 0) times.push(performance.now() - began);
  }
  return times;
}

async function countMatters(connection: HttpConnection, request: string): Promise<number> {
  const { status, body } = await connection.send(request);
  if (status !== 200) throw new Error(`${request.split('\r\n')[0]} answered ${status}: ${body.toString()}`);
  const { panels } = JSON.parse(body.toString()) as { panels: { matters: unknown[] }[] };
  return panels.reduce((sum, panel) => sum + panel.matters.length, 0);
}
