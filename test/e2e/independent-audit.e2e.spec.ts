import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommitHints, Ledger, tuneForAppends } from '#libs/ledger';
import { createPool, silentLog } from '#libs/database';
import { noCompanion } from '../support/no-companion.js';
import { startTestServer, type TestServer } from '../support/server.js';

const exec = promisify(execFile);
const packages = '/usr/share/gocode';
const source = path.resolve(import.meta.dirname, '../audit/main.go');
const size = 70_000;

const compiler = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .map((folder) => path.join(folder, 'go'))
  .find((file) => existsSync(file));
const there = compiler !== undefined && existsSync(`${packages}/src/golang.org/x/mod/sumdb/tlog`);
if (!there) {
  process.stderr.write(
    'SKIPPED: the audit by golang.org/x/mod. apt-get install golang-go golang-golang-x-mod-dev\n',
  );
}

(there ? describe : describe.skip)(`a log of ${size} entries`, () => {
  let server: TestServer;
  let folder: string;
  let relay: Server;
  /** Changes one byte of the answer to the path that it names. */
  let flip: { path: string; at: number } | undefined;

  beforeAll(async () => {
    server = await startTestServer();
    const timeline = { slug: 'long', title: 'long', timezone: 'UTC', visibility: 'public' };
    await server.http.post('/v1/timelines').send(timeline).expect(201);
    await fill(server, size);
    relay = await listen();
    folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-audit-'));
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: packages, GOCACHE: path.join(folder, 'cache') };
    await exec(compiler!, ['build', '-o', path.join(folder, 'audit'), source], { env, cwd: folder });
  }, 240_000);

  afterAll(async () => {
    relay?.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  /** Passes requests on to the service. */
  async function listen(): Promise<Server> {
    const made = createServer((request, response) => {
      void fetch(server.url + request.url!).then(async (answer) => {
        const body = Buffer.from(await answer.arrayBuffer());
        if (flip && request.url!.includes(flip.path))
          body[flip.at < 0 ? body.length + flip.at : flip.at]! ^= 1;
        response.writeHead(answer.status).end(body);
      });
    });
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return made;
  }

  async function audit(): Promise<{ ok: boolean; said: string }> {
    const { port } = relay.address() as AddressInfo;
    const address = `http://127.0.0.1:${port}/v1/timelines/long/log`;
    try {
      const { stdout } = await exec(path.join(folder, 'audit'), [address], { timeout: 100_000 });
      return { ok: true, said: stdout };
    } catch (error) {
      return { ok: false, said: (error as { stderr: string }).stderr };
    }
  }

  it('is accepted by the Go checksum database’s own code', async () => {
    flip = undefined;
    expect(await audit()).toEqual({
      ok: true,
      said: expect.stringContaining(`/long: ${size} entries`),
    });
  }, 120_000);

  it.each([
    ['the size in the checkpoint', '/log/checkpoint', 24],
    ['the root in the checkpoint', '/log/checkpoint', 40],
    ['the signature', '/log/checkpoint', -20],
    ['a leaf in a full tile', '/log/tile/0/100', 5_000],
    ['a hash in a full tile above', '/log/tile/1/000', 100],
    ['a hash on the right edge', '/log/tile/1/001.p/17', 33],
    ['an entry', '/log/tile/entries/272', 40],
    ['the length of an entry', '/log/tile/entries/000', 1],
    ['an entry on the right edge', '/log/tile/entries/273.p/112', -1],
    ['a proof of inclusion', '/log/proof', 130],
    ['a proof of consistency', '/log/consistency', 50],
  ])(
    'is refused by it when one bit of %s is another',
    async (_, path, at) => {
      flip = { path, at };
      expect(await audit()).toEqual({ ok: false, said: expect.stringContaining('WRONG') });
    },
    120_000,
  );
});

/** Entries as recording makes them, without the read models that nobody asks here. */
async function fill({ database }: TestServer, size: number): Promise<void> {
  const pool = tuneForAppends(createPool({ url: database.url, applicationName: 'test', log: silentLog }));
  const hints = new CommitHints(pool);
  const ledger = new Ledger({ writers: pool, readers: pool, companion: noCompanion, hints, clock: Date.now });
  for (let from = 0; from < size; from += 10_000) {
    const groups = Array.from({ length: Math.min(100, (size - from) / 100) }, (_, group) => {
      const proposals = Array.from({ length: 100 }, (_, i) => {
        const id = `d${from + group * 100 + i}`;
        return { id, freshId: true, stream: `m${group}`, content: { id } };
      });
      return ledger.append('long', proposals, 'local');
    });
    await Promise.all(groups);
  }
  await pool.end();
}
