/**
 * A long NDJSON import over HTTP, against COPY of the same rows into bare tables with the same indexes. Which rows are
 * the same can be said in two ways: all that an import leaves, with all of their indexes; or a line each, with the three
 * unique indexes of the ledger.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { bareTable } from './bare-insert.js';
import { worldSpan } from './large-ledger.js';
import { alternate } from './measure.js';
import type { Options } from './options.js';
import type { BenchPostgres } from './postgres.js';
import { makeDataFolder, startBenchPostgres } from './postgres.js';
import { sizeOf } from './recording.js';
import type { Outcome } from './report.js';
import { atLeast, medianOf } from './report.js';
import { sampleDevelopment, secondOf } from './sample-development.js';
import type { SampleDevelopment } from './sample-development.js';
import { startService } from './service.js';
import type { Service } from './service.js';

const unit = 'developments/s';
const matters = 500;
/** Lines written at once. */
const linesPerChunk = 200;

export async function importNdjson(options: Options): Promise<Outcome> {
  const postgres = await startBenchPostgres();
  const database = await postgres.createDatabase('import');
  const service = await startService(database.url);
  const folder = await makeDataFolder();
  const files = { ndjson: path.join(folder, 'ndjson'), rows: path.join(folder, 'rows') };
  let imports = 0;
  try {
    await writeLines(files.ndjson, options.scale, (development) => JSON.stringify(development));
    await writeLines(files.rows, options.scale, rowOf);
    const rows = await alternate(
      [
        {
          name: 'NDJSON over HTTP',
          unit,
          run: () => overHttp(service, `import-${++imports}`, files.ndjson, options.scale),
        },
        {
          name: 'COPY of all its rows',
          unit,
          run: () => byCopyOfAll(database.url, `import-${imports}`, options.scale),
        },
        {
          name: 'COPY of a row a line',
          unit,
          run: () => byCopy(postgres, files.rows, options.scale),
        },
      ],
      options.repeats,
    );
    const bars = ['COPY of all its rows', 'COPY of a row a line'].map((limit) =>
      atLeast(
        `NDJSON import of ${options.scale} / ${limit}`,
        0.5,
        medianOf(rows, 'NDJSON over HTTP') / medianOf(rows, limit),
      ),
    );
    return { rows, bars, notes: { postgres: postgres.version } };
  } finally {
    await service.stop();
    await database.drop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function overHttp(service: Service, slug: string, file: string, total: number): Promise<number> {
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
  await pipeline(createReadStream(file), sending);
  const answer = await receipts;
  // The rows behind the log's filters are among those that are copied.
  await service.settled();
  const seconds = (performance.now() - began) / 1000;
  const grown = (await sizeOf(service, timeline)) - before;
  if (grown !== total) throw new Error(`imported ${grown} of ${total}; the answer ended: ${answer}`);
  return total / seconds;
}

/** The rows that an import has left in every table, into tables with the same columns and indexes and nothing else. */
async function byCopyOfAll(databaseUrl: string, timeline: string, total: number): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  const folder = await makeDataFolder();
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>(`
      select table_name as name from information_schema.columns join information_schema.tables using (table_name)
      where columns.table_schema = 'public' and column_name = 'timeline' and table_type = 'BASE TABLE'`);
    await client.query('create schema bare');
    for (const { name } of rows) {
      await client.query(
        `create table bare.${name} (like public.${name} including indexes including storage)`,
      );
      const own = copyTo(
        `copy (select * from ${name} where timeline = '${timeline}') to stdout (format binary)`,
      );
      await pipeline(client.query(own), createWriteStream(path.join(folder, name)));
    }
    const began = performance.now();
    for (const { name } of rows) {
      const sink = client.query(copyFrom(`copy bare.${name} from stdin (format binary)`));
      await pipeline(createReadStream(path.join(folder, name)), sink);
    }
    return total / ((performance.now() - began) / 1000);
  } finally {
    await client.query('drop schema if exists bare cascade').catch(() => undefined);
    await client.end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function byCopy(postgres: BenchPostgres, file: string, total: number): Promise<number> {
  const database = await postgres.createDatabase('copy');
  const client = new pg.Client({ connectionString: database.url });
  try {
    await client.connect();
    await client.query(bareTable);
    const began = performance.now();
    await pipeline(createReadStream(file), client.query(copyFrom('copy bare from stdin')));
    return total / ((performance.now() - began) / 1000);
  } finally {
    await client.end();
    await database.drop();
  }
}

/** A development as COPY's text format has it: the samples hold nothing that would have to be escaped there. */
function rowOf(development: SampleDevelopment, n: number): string {
  const { id, matter } = development;
  return `bench\t${n}\t${id}\t${matter}\t${Math.floor(n / matters) + 1}\t${JSON.stringify(development)}`;
}

/** Made before anything is timed: whoever makes them would take a tenth of a core from whoever reads them. */
async function writeLines(file: string, total: number, line: Line): Promise<void> {
  await pipeline(Readable.from(chunks(total, line)), createWriteStream(file));
}

type Line = (development: SampleDevelopment, n: number) => string;

/** The same developments for all, as lines of `line`'s making, many to a chunk. */
function* chunks(total: number, line: Line): Generator<string> {
  const world = { from: 0, step: worldSpan / total, late: true };
  for (let n = 0; n < total;) {
    let chunk = '';
    for (const end = Math.min(total, n + linesPerChunk); n < end; n++) {
      chunk += `${line(sampleDevelopment('import', n, `matter-${n % matters}`, secondOf(n, world)), n)}\n`;
    }
    yield chunk;
  }
}
