import { once } from 'node:events';
import http, { type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import fastify from 'fastify';
import type { ImportStep } from '#libs/timelines';
import { answerImport, bytesOf, untilGone } from './answer-import.js';

it('hands on no line that had come, once nobody is there to be answered', async () => {
  const response = { destroyed: false };
  async function* groups() {
    yield [{ line: 1, value: {} }];
    yield [{ line: 2, value: {} }];
  }
  const lines = untilGone(groups(), response as ServerResponse);
  expect((await lines.next()).value).toEqual([{ line: 1, value: {} }]);
  response.destroyed = true;
  expect((await lines.next()).done).toBe(true);
});

/** Sends the beginning of an import to what answers it by `stepsOf`. */
async function begin(stepsOf: (bytes: AsyncIterable<Buffer>) => AsyncGenerator<ImportStep, void, void>) {
  const told: unknown[] = [];
  let answered: Promise<void> | undefined;
  const app = fastify();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.post('/', (request, reply) => {
    const tell = (_incident: string, error: unknown) => void told.push(error);
    answered = answerImport(request, reply, stepsOf(bytesOf(request.raw)), tell);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const request = http.request({ port, method: 'POST', headers: { 'content-type': 'application/x-ndjson' } });
  const gone = new Promise((resolve) => request.on('error', () => undefined).once('close', resolve));
  request.write('{');
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.on('error', () => undefined).resume();
  const end = async () => {
    await Promise.all([gone, answered]);
    await app.close();
    return told;
  };
  return { request, end };
}

it('reports what cuts an import, and was nobody’s going', async () => {
  const fault = new TypeError('what nobody expected');
  const { end } = await begin(async function* () {
    throw fault;
  });
  expect(await end()).toEqual([fault]);
});

it('reports nothing of a sender that goes in the middle of a line', async () => {
  const { request, end } = await begin(async function* (bytes) {
    for await (const _ of bytes) yield { receipts: [] };
  });
  request.destroy();
  expect(await end()).toEqual([]);
});
