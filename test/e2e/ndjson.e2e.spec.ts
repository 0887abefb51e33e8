import { once } from 'node:events';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OpenStreams } from '../../apps/server/src/http/open-streams.js';
import { garble } from '../support/forgery.js';
import { holdTable } from '../support/held-table.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

const path = '/v1/timelines/story/developments';

describe('developments as NDJSON', () => {
  let server: TestServer;
  let serial = 0;

  beforeAll(async () => {
    server = await startTestServer();
    await server.http.post('/v1/timelines').send(timeline).expect(201);
  });
  afterAll(() => server.close());

  const size = async (): Promise<number> => (await server.http.get('/v1/timelines/story')).body.size;
  const fresh = (fields: object = {}) => {
    const n = serial++;
    return development({ id: `n-${n}`, matter: `matter-${n % 7}`, ...fields });
  };
  const several = (count: number) => Array.from({ length: count }, () => fresh());
  const textOf = (values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

  const authorized = () => ({ authorization: server.admin.authorization });
  async function post(body: string | Buffer, headers: Record<string, string> = {}) {
    const answer = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { ...authorized(), 'content-type': 'application/x-ndjson', ...headers },
      body: body as string,
    });
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      lines: read(await answer.text()),
    };
  }

  const read = (text: string): any[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));

  /** A request that is written by hand, and what has come back so far. */
  async function open(where = path) {
    const request = http.request(`${server.url}${where}`, {
      method: 'POST',
      headers: { ...authorized(), 'content-type': 'application/x-ndjson' },
    });
    request.on('error', () => undefined);
    request.flushHeaders();
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    let said = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    const until = async (lines: number): Promise<any[]> => {
      while (read(said).length < lines) await once(response, 'data');
      return read(said);
    };
    return { request, response, until };
  }

  it('answers each line with its receipt, in order', async () => {
    const before = await size();
    const sent = several(1_000);
    const { status, type, lines } = await post(textOf(sent));
    expect([status, type]).toEqual([200, 'application/x-ndjson']);
    expect(lines.map(({ id, position }) => [id, position])).toEqual(
      sent.map(({ id }, index) => [id, before + index]),
    );
    const [one] = (await server.http.post(path).send(sent[500]).expect(200)).body ? [lines[500]] : [];
    expect((await server.http.post(path).send(sent[500]).expect(200)).body).toEqual({
      ...one,
      duplicate: true,
    });
  });

  it('gives the first receipts when everything is sent again, and goes on behind them', async () => {
    const sent = several(300);
    const first = await post(textOf(sent.slice(0, 200)));
    const again = await post(textOf(sent));
    expect(again.lines.slice(0, 200)).toEqual(
      first.lines.map((receipt) => ({ ...receipt, duplicate: true })),
    );
    expect(again.lines.slice(200).every(({ duplicate }) => duplicate === false)).toBe(true);
  });

  const desk = (target: string) => ({
    type: 'record.confirmed',
    target,
    reason: 'Two sources',
    attribution: { by: 'desk', record: 'on-record' },
  });
  const ending: [what: string, line: () => string, code: string, pointer?: string][] = [
    ['half an object', () => '{"type":', 'malformed-json'],
    ['a name twice', () => '{"type":"a","type":"b"}', 'malformed-json', '/type'],
    ['bytes that are no UTF-8', () => '\u0000', 'malformed-json'],
    ['a field nobody knows', () => JSON.stringify(fresh({ colour: 'red' })), 'malformed', '/colour'],
    ['an array', () => '[]', 'malformed', ''],
    ['a kind there is not', () => JSON.stringify(fresh({ type: 'bounty.offered' })), 'refused', '/type'],
    ['another kind', () => JSON.stringify(fresh({ type: 'office.left' })), 'matter-has-kind', '/type'],
    ['an unknown target', () => JSON.stringify(desk('nobody')), 'unknown-target', '/target'],
    [
      'an id with other content',
      () => JSON.stringify(development({ id: 'n-0', matter: 'matter-0', title: 'Other' })),
      'conflicting-id',
      '/id',
    ],
    ['a line that is too long', () => `"${'x'.repeat(256 * 1024)}"`, 'line-too-long'],
  ];

  it.each(ending)(
    'ends at %s, exactly: what stands before is recorded, what stands behind is not',
    async (...[, line, code, pointer]) => {
      const [head, tail] = [several(137), several(700)];
      const before = await size();
      const { status, lines } = await post(`${textOf(head)}${line()}\n${textOf(tail)}`);
      expect(status).toBe(200);
      expect(lines.slice(0, -1).map(({ id }) => id)).toEqual(head.map(({ id }) => id));
      expect(lines.at(-1)).toMatchObject({ line: 138, problem: { code, status: expect.any(Number) } });
      if (pointer !== undefined) expect(lines.at(-1).problem.errors[0].pointer).toBe(pointer);
      expect(await size()).toBe(before + 137);
    },
  );

  it('says where in its line a fault is: which line of the file it is, stands beside', async () => {
    const { lines } = await post(`${textOf(several(3))}{x`);
    expect(lines.at(-1)).toMatchObject({ line: 4, problem: { code: 'malformed-json' } });
    expect(lines.at(-1).problem.detail).toMatch(/ at column 2\.$/);
  });

  it('says of an id that an earlier line has where that line stands: it is recorded, and has its receipt', async () => {
    const one = fresh();
    const { lines } = await post(textOf([fresh(), one, { ...one, title: 'Other' }]));
    const [, { id, position }, { line, problem }] = lines;
    expect([id, line, problem.code]).toEqual([one['id'], 3, 'conflicting-id']);
    expect(problem.detail).toContain(`other content, at position ${position};`);
    expect(await size()).toBe(position + 1);
  });

  it('lets a decision name a development of an earlier line, however near', async () => {
    const sent = several(500);
    const mixed = sent.flatMap((each, index) => [
      each,
      desk(sent[Math.max(0, index - (index % 200))]!['id'] as string),
    ]);
    const { lines } = await post(textOf(mixed));
    expect(lines).toHaveLength(1_000);
    expect(lines.at(-1)).toMatchObject({ duplicate: false });
  });

  it('acknowledges what was sent while the sender pauses, and keeps it when the sender leaves in mid-line', async () => {
    const before = await size();
    const { request, until } = await open();
    for (let n = 0; n < 3; n++) {
      request.write(textOf([fresh()]));
      expect(await until(n + 1)).toHaveLength(n + 1);
    }
    request.write(textOf([fresh()]).slice(0, -20));
    await new Promise((resolve) => setTimeout(resolve, 50));
    request.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await size()).toBe(before + 3);
  });

  it('counts lines, blank ones too, and takes CR LF and a last line without an end', async () => {
    const [a, b] = [fresh(), fresh()].map((each) => JSON.stringify(each));
    expect((await post(`\n${a}\r\n\r\n${b}`)).lines).toHaveLength(2);
    const { lines } = await post(`\n\n${a}\n \n7`);
    expect(lines[1]).toMatchObject({ line: 5, problem: { code: 'malformed' } });
    expect((await post('')).lines).toEqual([]);
  });

  it('loses nothing of what it answers to a client that does not read for a while', async () => {
    const before = await size();
    const { request, response, until } = await open();
    response.pause();
    request.end(textOf(several(3_000)));
    await new Promise((resolve) => setTimeout(resolve, 500));
    response.resume();
    expect(await until(3_000)).toHaveLength(3_000);
    expect(await size()).toBe(before + 3_000);
  });

  it('keeps all that it acknowledged to a client that went away, and no line in half', async () => {
    const before = await size();
    const { request, until } = await open();
    const sent = several(5_000);
    request.write(textOf(sent));
    const receipts = await until(300);
    request.destroy();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const after = await size();
    expect(after - before).toBeGreaterThanOrEqual(receipts.length);
    const { lines } = await post(textOf(sent));
    expect(lines.slice(0, receipts.length).map(({ position }) => position)).toEqual(
      receipts.map(({ position }) => position),
    );
    // What was on its way when the client left may have come to the ledger later.
    expect(lines.filter(({ duplicate }) => duplicate).length).toBeGreaterThanOrEqual(after - before);
    expect(await size()).toBe(before + 5_000);
  });

  it('gives the receipts of lines on their way when the target of a later one cannot be read', async () => {
    const restore = await garble(server.database.ownerUrl, 'illegible');
    await server.http
      .post(path)
      .send(fresh({ id: 'illegible' }))
      .expect(201);
    const sent = fresh();
    const held = await holdTable(server.database.url, 'slot');
    const { request, until } = await open();
    try {
      request.write(textOf([sent]));
      await held.wanted();
      request.write(textOf([desk('illegible')]));
      await new Promise((resolve) => setTimeout(resolve, 200));
    } finally {
      await held.letGo();
    }
    const lines = await until(2);
    expect(lines).toMatchObject([{ id: sent['id'] }, { line: 2, problem: { code: 'internal' } }]);
    expect(server.said.splice(0).join()).toContain(lines[1].problem.incident);
    request.end();
    await restore();
  });

  it('records nothing under a key that was revoked while a slow database kept the import from beginning', async () => {
    await server.http
      .post('/v1/timelines')
      .send({ ...timeline, slug: 'awaited' })
      .expect(201);
    const { id, authorization } = await server.makeKey('recorder');
    // The service has not looked at this timeline yet: now it has to wait until it can.
    const held = await holdTable(server.database.url, 'timeline');
    const request = http.request(`${server.url}/v1/timelines/awaited/developments`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-ndjson' },
    });
    request.on('error', () => undefined).write(textOf([fresh()]));
    const cut = new Promise((resolve) => request.once('close', resolve));
    try {
      await held.wanted();
      await server.http.delete(`/v1/keys/${id}`).expect(200);
      await cut;
    } finally {
      await held.letGo();
    }
    const streams = server.app.get(OpenStreams);
    while (streams.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await server.http.get('/v1/timelines/awaited').expect(200)).body.size).toBe(0);
  });

  it('is refused as a whole where nothing of it can be taken', async () => {
    const line = JSON.stringify(fresh());
    const headers = { 'content-type': 'application/x-ndjson' };
    const elsewhere = server.http
      .post('/v1/timelines')
      .set(headers)
      .serialize((raw) => raw as never);
    expect((await elsewhere.send(line).expect(415)).body.code).toBe('unsupported-media-type');
    const nobody = server.http
      .post('/v1/timelines/nobody/developments')
      .set(headers)
      .serialize((raw) => raw as never);
    expect((await nobody.send(line).expect(404)).body.code).toBe('unknown-timeline');
    expect((await post(line, { 'if-match': '"1"' })).status).toBe(400);
    expect(server.said).toEqual([]);
  });
});
