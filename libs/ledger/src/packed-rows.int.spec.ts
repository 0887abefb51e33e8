import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { createPool, silentLog } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { EndToEnd } from './end-to-end.js';
import { type PackedColumns, packedRows, packRows } from './packed-rows.js';

interface Row {
  name: string;
  at: number;
  bytes: Buffer;
  nth: number;
}

const columns: PackedColumns<Row> = { name: 'text', at: 'int8', bytes: 'bytea', nth: 'int4' };

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, applicationName: 'test', log: silentLog });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it('gives the rows that were packed, whatever stands in them, in their order', async () => {
  const row = fc.record({
    name: fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed() && !text.includes('\0')),
    at: fc.maxSafeInteger(),
    bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    nth: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  });
  const empty = { name: 'ü', at: -8.64e15, bytes: Buffer.alloc(0), nth: 0 };
  const large = { name: 'ü'.repeat(100_000), at: 0, bytes: Buffer.alloc(700_000, 'l'), nth: 1 };
  const parameters = { numbers: '$1::int8[]', count: '$2::int4', bytes: '$3::bytea' };
  await fc.assert(
    fc.asyncProperty(fc.array(row), async (rows) => {
      const end = new EndToEnd();
      const numbers = packRows(rows, columns, end);
      const text = `select r.* from ${packedRows(columns, parameters)} r`;
      const { rows: given } = await pool.query({
        name: 'rows',
        text,
        values: [numbers, rows.length, end.bytes()],
      });
      end.leave();
      expect(given).toEqual(rows.map((each, i) => ({ i, ...each })));
    }),
    { numRuns: 200, examples: [[[empty]], [[empty, large, empty]]] },
  );
});
