import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import { untilSent } from './until-sent.js';

const server = createServer({ pauseOnConnect: true });
const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
  server.close();
});

/** A connection whose other end reads nothing before it is told to. */
async function connection(): Promise<{ client: PoolClient; stream: Socket; reader: Socket }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const accepted = once(server, 'connection');
  const stream = connect(port, '127.0.0.1');
  const [reader] = (await accepted) as [Socket];
  opened.push(stream, reader);
  return { client: { connection: { stream } } as unknown as PoolClient, stream, reader };
}

/** More than any system takes at once. */
const much = Buffer.alloc(32 * 1024 * 1024);

it('waits for a reader to take what the system has not taken', async () => {
  const { client, stream, reader } = await connection();
  stream.write(much);
  let sent = false;
  const sending = untilSent(client).then(() => (sent = true));
  await sleep(100);
  expect(sent).toBe(false);
  reader.resume();
  await sending;
  expect(stream.writableLength).toBe(0);
});

it('waits for nothing where all was taken', async () => {
  const { client, stream } = await connection();
  stream.write('select 1');
  await untilSent(client);
});

it('ends with its connection', async () => {
  const { client, stream } = await connection();
  stream.write(much);
  const sending = untilSent(client);
  stream.destroy();
  await sending;
  await untilSent(client);
});
