import { mkdtemp, readdir, readFile, rm, chmod } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { addressOf, type Process, run, runServer } from '../support/service-process.js';
import { development } from './development.js';

const word = 'Quuxembourgian';
let data: string;
let service: Process;

beforeAll(async () => {
  data = await mkdtemp(path.join(os.tmpdir(), 'dateline-scrub-'));
  await chmod(data, 0o755);
  service = runServer({ DATELINE_DATA: data, DATELINE_SAMPLE: 'off' });
}, 60_000);
afterAll(async () => {
  service.child.kill('SIGTERM');
  await service.ended;
  await rm(data, { recursive: true, force: true });
}, 60_000);

/** The files of the data folder in which the word stands. */
async function filesWithWord(): Promise<string[]> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name));
  const found: string[] = [];
  for (const file of files) {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0)); // Gone meanwhile.
    if (bytes.includes(word) || bytes.includes(word.toLowerCase())) found.push(path.relative(data, file));
  }
  return found;
}

it('takes redacted words off all files of the embedded database, its write-ahead log included', async () => {
  const address = await addressOf(service);
  const key = (await readFile(path.join(data, 'admin.key'), 'utf8')).trim();
  const send = async (route: string, body: unknown) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const answer = await fetch(address + route, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(201);
  };
  const get = async (route: string) =>
    (await fetch(address + route, { headers: { authorization: `Bearer ${key}` } })).text();
  const timeline = { slug: 'story', title: 'A story', timezone: 'UTC', visibility: 'public' };
  await send('/v1/timelines', timeline);
  const log = '/v1/timelines/story/developments';
  await send(log, [
    development({ id: 'a', title: `The ${word} affair`, text: word }),
    ...Array.from({ length: 200 }, (_, i) => development({ id: `b${i}`, matter: `other-${i}` })),
  ]);
  expect(await get(`${log}?q=${word}`)).toContain(word);
  const attribution = { by: 'our-desk', record: 'on-record' };
  await send(log, { id: 'r', type: 'record.redacted', target: 'a', reason: 'The law', attribution });

  // Unreachable, and still in the files: without that, finding nothing afterwards would prove nothing.
  expect(await get(`${log}?q=${word}`)).not.toContain('affair');
  expect((await filesWithWord()).some((file) => file.includes('pg_wal'))).toBe(true);

  const scrub = run('dateline', ['scrub', '--json'], { DATELINE_DATA: data });
  expect(await scrub.ended).toBe(0);
  expect(JSON.parse(scrub.said().trim().split('\n').at(-1)!)).toMatchObject({ segmentsLeft: 0, left: [] });
  expect(await filesWithWord()).toEqual([]);
  expect(await get(`${log}/b1`)).toContain('us-state-department');
}, 180_000);
