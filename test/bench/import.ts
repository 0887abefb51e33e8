/** A long NDJSON import over HTTP, against COPY of the same rows into a bare table with the same indexes. */
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { bareTable } from './bare-insert.js';
import { worldSpan } from './large-ledger.js';
import { alternate } from './measure.js';
import type { Options } from './options.js';
import type { BenchPostgres } from './postgres.js';
import { startBenchPostgres } from './postgres.js';
import { sizeOf } from './recording.js';
import type { Outcome } from './report.js';
import { atLeast, medianOf } from './report.js';
import { sampleDevelopment, secondOf } from './sample-development.js';
import type { SampleDevelopment } from './sample-development.js';
import { startService } from './service.js';
import type { Service } from './service.js';

const unit = 'developments/s';
const matters = 500;
/** Lines handed on at once: single lines would measure the streams. */
const linesPerChunk = 200;

export async function importNdjson(options: Options): Promise<Outcome> {
  const postgres = await startBenchPostgres();
  const database = await postgres.createDatabase('import');
  const service = await startService(database.url);
  let imports = 0;
  try {
    const rows = await alternate(
      [
        {
          name: 'NDJSON over HTTP',
          unit,
          run: () => overHttp(service, `import-${++imports}`, options.scale),
        },
        { name: 'COPY into a bare table', unit, run: () => byCopy(postgres, options.scale) },
      ],
      options.repeats,
    );
    const ratio = medianOf(rows, 'NDJSON over HTTP') / medianOf(rows, 'COPY into a bare table');
    const bars = [atLeast(`NDJSON import of ${options.scale} / COPY of the same rows`, 0.5, ratio)];
    return { rows, bars, notes: { postgres: postgres.version } };
  } finally {
    await service.stop();
    await database.drop();
    await postgres.stop();
  }
}

async function overHttp(service: Service, slug: string, total: number): Promise<number> {
  const timeline = await service.createTimeline(slug);
  const before = await sizeOf(service, timeline);
  const began = performance.now();
  const sending = request({
    ...{ host: '127.0.0.1', port: service.port, path: `${timeline}/developments`, method: 'POST' },
    headers: { Authorization: service.authorization, 'Content-Type': 'application/x-ndjson' },
  });
  // Receipts come back while lines still go out: whoever reads them only afterwards blocks both sides.
  const receipts = new Promise<string>((resolve, reject) => {
    sending.once('error', reject).once('response', (response) => {
      let last = '';
      response.on('data', (chunk: Buffer) => (last = (last + chunk.toString()).slice(-2000)));
      response.once('end', () => resolve(`${response.statusCode} ${last}`)).once('error', reject);
    });
  });
  await pipeline(Readable.from(chunks(total, (development) => JSON.stringify(development))), sending);
  const answer = await receipts;
  const seconds = (performance.now() - began) / 1000;
  const grown = (await sizeOf(service, timeline)) - before;
  if (grown !== total) throw new Error(`imported ${grown} of ${total}; the answer ended: ${answer}`);
  await service.settled();
  return total / seconds;
}

async function byCopy(postgres: BenchPostgres, total: number): Promise<number> {
  const database = await postgres.createDatabase('copy');
  const client = new pg.Client({ connectionString: database.url });
  try {
    await client.connect();
    await client.query(bareTable);
    const began = performance.now();
    // The samples hold nothing that COPY's text format would have to escape.
    const line = (development: SampleDevelopment, n: number) =>
      `bench\t${n}\t${development.id}\t${development.matter}\t${Math.floor(n / matters) + 1}\t${JSON.stringify(development)}`;
    await pipeline(Readable.from(chunks(total, line)), client.query(copyFrom('copy bare from stdin')));
    return total / ((performance.now() - began) / 1000);
  } finally {
    await client.end();
    await database.drop();
  }
}

/** The same developments for both, as lines of `line`'s making, many to a chunk. */
function* chunks(
  total: number,
  line: (development: SampleDevelopment, n: number) => string,
): Generator<string> {
  const world = { from: 0, step: worldSpan / total, late: true };
  for (let n = 0; n < total;) {
    let chunk = '';
    for (const end = Math.min(total, n + linesPerChunk); n < end; n++) {
      chunk += `${line(sampleDevelopment('import', n, `matter-${n % matters}`, secondOf(n, world)), n)}\n`;
    }
    yield chunk;
  }
}
