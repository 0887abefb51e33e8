/** Whether the next development of a matter costs the same whatever was recorded of the matter before. */
import { HttpConnection } from './http-connection.js';
import { worldSpan } from './large-ledger.js';
import { alternate, type Contender } from './measure.js';
import type { Options } from './options.js';
import { startBenchPostgres } from './postgres.js';
import { record, sizeOf } from './recording.js';
import type { Outcome } from './report.js';
import { atLeast, medianOf } from './report.js';
import { sampleDevelopment } from './sample-development.js';
import { startService, type Service } from './service.js';

const short = 20;
const unit = 'developments/s';
/** Developments in one turn of a contender. */
const eachTurn = 2_000;

export async function hot(options: Options): Promise<Outcome> {
  const postgres = await startBenchPostgres();
  const database = await postgres.createDatabase('hot');
  const service = await startService(database.url);
  try {
    const path = await service.createTimeline('hot');
    process.stderr.write(`  recording ${options.scale} developments about one matter\n`);
    const world = { from: 0, step: worldSpan / options.scale, late: true };
    await record(service, { connections: 2, batch: 1000, matters: 1, total: options.scale, world }, path);
    const appender = new Appender(service, path);
    const named = (developments: number, clients: number) =>
      `matter of ${developments} developments, ${clients} clients`;
    const rows = await alternate(
      options.clients.flatMap((clients): Contender[] => [
        { name: named(short, clients), unit, run: () => appender.toShortMatters(clients) },
        { name: named(options.scale, clients), unit, run: () => appender.toOne('matter-0', clients) },
      ]),
      options.repeats,
      1,
    );
    const bars = options.clients.map((clients) =>
      atLeast(
        `append rate to a matter of ${options.scale} / to matters of ${short} developments, ${clients} clients`,
        0.8,
        medianOf(rows, named(options.scale, clients)) / medianOf(rows, named(short, clients)),
      ),
    );
    if ((await sizeOf(service, path)) !== options.scale + appender.sent) throw new Error('some are not kept');
    return { rows, bars, notes: { postgres: postgres.version } };
  } finally {
    await service.stop();
    await database.drop();
    await postgres.stop();
  }
}

/** Appends in the order of the world's clock, behind all that is recorded, in bursts of one from each client. */
class Appender {
  sent = 0;
  private shortMatters = 0;

  constructor(
    private readonly service: Service,
    private readonly path: string,
  ) {}

  /** Each burst goes to another matter, so that none grows to more than a burst beyond 20. */
  async toShortMatters(clients: number): Promise<number> {
    const bursts = Math.ceil(eachTurn / clients);
    const matters = Array.from({ length: bursts }, () => `short-${this.shortMatters++}`);
    await this.onConnections(1, async ([connection]) => {
      for (let at = 0; at < matters.length; at += 50) {
        const some = matters.slice(at, at + 50).flatMap((matter) => Array<string>(short).fill(matter));
        await this.post(connection!, some);
      }
    });
    return this.rate(matters, clients);
  }

  toOne(matter: string, clients: number): Promise<number> {
    return this.rate(Array<string>(Math.ceil(eachTurn / clients)).fill(matter), clients);
  }

  /** Developments a second, one burst after the other. */
  private async rate(matters: string[], clients: number): Promise<number> {
    return this.onConnections(clients, async (connections) => {
      const began = performance.now();
      for (const matter of matters) {
        await Promise.all(connections.map((connection) => this.post(connection, [matter])));
      }
      return (matters.length * clients * 1000) / (performance.now() - began);
    });
  }

  private async onConnections<T>(count: number, work: (connections: HttpConnection[]) => Promise<T>) {
    const opening = Array.from({ length: count }, () => HttpConnection.open(this.service.port));
    const connections = await Promise.all(opening);
    try {
      return await work(connections);
    } finally {
      for (const connection of connections) connection.close();
    }
  }

  /** The next development of each of these matters, in one request. */
  private async post(connection: HttpConnection, matters: string[]): Promise<void> {
    const { port, authorization } = this.service;
    const items = matters.map((matter) => {
      const n = this.sent++;
      return sampleDevelopment('hot', n, matter, worldSpan + n);
    });
    // The samples are ASCII, so characters are bytes.
    const text = JSON.stringify(items.length === 1 ? items[0] : items);
    const head = `POST ${this.path}/developments HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${authorization}\r\n`;
    const { status, body } = await connection.send(
      `${head}Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
    );
    if (status !== 201) throw new Error(`an append answered ${status}: ${body.toString()}`);
  }
}
