import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/server.js';
import { run } from '../support/service-process.js';
import { development, timeline } from './development.js';

const lines = [
  development({ id: 'a', matter: 'one' }),
  {
    id: 'b',
    type: 'record.confirmed',
    target: 'a',
    reason: 'Two sources',
    attribution: { by: 'd', record: 'on-record' },
  },
  development({ id: 'c', matter: 'two' }),
  development({ id: 'c', matter: 'two' }),
  development({ matter: 'two' }),
].map((each) => JSON.stringify(each));
const bad = [
  '{"type":',
  JSON.stringify(development({ id: 'd', colour: 'red', title: '' })),
  JSON.stringify(development({ id: 'e', matter: 'one', type: 'office.left' })),
  JSON.stringify(development({ id: 'a', matter: 'one', title: 'Other' })),
  JSON.stringify({
    type: 'record.held',
    target: 'nobody',
    reason: 'x',
    attribution: { by: 'd', record: 'on-record' },
  }),
  JSON.stringify(development({ id: 'f', occurred: '2025-21' })),
];

describe('dateline import', () => {
  let server: TestServer;
  let folder: string;

  beforeAll(async () => {
    server = await startTestServer();
    await server.http.post('/v1/timelines').send(timeline).expect(201);
    folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-import-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await server.close();
  });

  const size = async (): Promise<number> => (await server.http.get('/v1/timelines/story')).body.size;

  async function dateline(text: string, ...more: string[]) {
    const file = path.join(folder, 'file.ndjson');
    await writeFile(file, text);
    const { child, ended } = run('apps/cli/src/main.ts', ['import', 'story', file, '--json', ...more], {
      DATABASE_URL: server.database.ownerUrl,
      DATELINE_KEY: server.admin.authorization.replace('Bearer ', ''),
    });
    let out = '';
    child.stdout!.on('data', (chunk: string) => (out += chunk));
    return { code: await ended, told: JSON.parse(out.trim().split('\n').at(-1)!) };
  }

  it('tells every line that would be refused, and records nothing', async () => {
    const { code, told } = await dateline([...lines, ...bad].join('\n'), '--dry-run');
    expect(code).toBe(1);
    expect(told).toMatchObject({ wouldRecord: 4, duplicates: 1, withoutId: 1 });
    expect(told.refused.map(({ line, problem }: any) => [line, problem.code])).toEqual([
      [6, 'malformed-json'],
      [7, 'malformed'],
      [8, 'matter-has-kind'],
      [9, 'conflicting-id'],
      [10, 'unknown-target'],
      [11, 'refused'],
    ]);
    expect(told.refused[1].problem.errors).toHaveLength(2);
    expect(await size()).toBe(0);
  });

  it('records up to the first line that is refused, and goes on when it is mended', async () => {
    const first = await dateline([...lines.slice(0, 2), bad[0]!, lines[2]!].join('\n'));
    expect(first).toMatchObject({ code: 1, told: { recorded: 2, refused: [{ line: 3 }] } });
    expect(await size()).toBe(2);
    const second = await dateline(lines.slice(0, 4).join('\n'));
    expect(second).toEqual({ code: 0, told: { recorded: 1, duplicates: 3, refused: [] } });
    await server.http.get('/v1/timelines/story/matters/two').expect(200);
  });

  it('sends them to a service as well, and says what that refuses', async () => {
    const { code, told } = await dateline(
      `${lines.slice(0, 3).join('\n')}\n${bad[2]}\n`,
      '--url',
      server.url,
    );
    expect({ code, told }).toMatchObject({
      code: 1,
      told: { recorded: 0, duplicates: 3, refused: [{ line: 4, problem: { code: 'matter-has-kind' } }] },
    });
    const { told: nowhere } = await dateline(lines[0]!, '--url', 'http://127.0.0.1:1');
    expect(nowhere.failure).toMatch(/^the connection to 127\.0\.0\.1:1 ended/);
  });
});
