import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  formatCheckpoint,
  leafHash,
  openCheckpoint,
  parseEntryBundle,
  parseTlogProof,
  parseVerifierKey,
  RightEdge,
  type VerifierKey,
  verifyConsistency,
  verifyInclusion,
} from '#libs/transparency';
import { startTestServer, type TestServer } from '../support/server.js';
import { testOrigin } from '../support/signing.js';
import { development } from './development.js';

const size = 600;
const story = '/v1/timelines/harbour';
const bytes = (base64: string) => Buffer.from(base64, 'base64');

let server: TestServer;
let receipts: { id: string; position: number; leafHash: string }[];
let key: VerifierKey;

beforeAll(async () => {
  server = await startTestServer();
  for (const [slug, visibility] of [
    ['harbour', 'public'],
    ['secret', 'private'],
  ]) {
    const body = { slug, title: slug, timezone: 'UTC', visibility };
    await server.http.post('/v1/timelines').send(body).expect(201);
  }
  const body = Array.from({ length: size }, (_, i) => development({ id: `d${i}`, matter: `m${i % 9}` }));
  receipts = (await server.http.post(`${story}/developments`).send(body).expect(201)).body as typeof receipts;
  await server.http.post('/v1/timelines/secret/developments').send(body.slice(0, 256)).expect(201);
  key = parseVerifierKey((await text(`${story}/log/key`)).trimEnd())!;
}, 60_000);
afterAll(() => server.close());

async function text(path: string): Promise<string> {
  return (
    await server.http
      .get(path)
      .expect(200)
      .expect('content-type', /^text\/plain/)
  ).text;
}

async function tile(path: string, story = '/v1/timelines/harbour'): Promise<Buffer> {
  const answer = await server.http
    .get(`${story}/log/tile/${path}`)
    .expect(200)
    .expect('content-type', 'application/octet-stream')
    .buffer(true)
    .parse((response, done) => {
      const parts: Buffer[] = [];
      response
        .on('data', (part: Buffer) => parts.push(part))
        .on('end', () => done(null, Buffer.concat(parts)));
    });
  return answer.body as Buffer;
}

async function checkpoint() {
  return openCheckpoint(await text(`${story}/log/checkpoint`), [key]);
}

describe('the log of a timeline', () => {
  it('is signed over all that was committed, under its own name', async () => {
    expect(key.name).toBe(`${testOrigin}/harbour`);
    expect(await text(`${story}/log/keys`)).toBe(await text(`${story}/log/key`));
    const edge = RightEdge.empty();
    for (const { leafHash } of receipts) edge.append(bytes(leafHash));
    expect(await checkpoint()).toEqual({ origin: key.name, size: BigInt(size), root: edge.root() });
  });

  it('can be rebuilt from its tiles and entries alone', async () => {
    const entries = parseEntryBundle(
      Buffer.concat([await tile('entries/000'), await tile('entries/001'), await tile('entries/002.p/88')]),
    )!;
    const hashes = Buffer.concat([await tile('0/000'), await tile('0/001'), await tile('0/002.p/88')]);
    expect(entries).toHaveLength(size);
    expect(Buffer.concat(entries.map(leafHash))).toEqual(hashes);
    expect(JSON.parse(entries[599]!.toString())).toMatchObject({ timeline: 'harbour', position: 599 });
    const above = await tile('1/000.p/2');
    const first = RightEdge.empty();
    for (const entry of entries.slice(0, 256)) first.append(leafHash(entry));
    expect(above.subarray(0, 32)).toEqual(first.root());
  });

  it('lets full tiles be kept for ever, partial ones not, and those of private timelines by readers alone', async () => {
    const cacheOf = async (path: string) =>
      (await server.http.get(path).expect(200)).headers['cache-control'];
    expect(await cacheOf(`${story}/log/tile/0/000`)).toBe('public, max-age=31536000, immutable');
    expect(await cacheOf(`${story}/log/tile/0/000.p/17`)).toBe('public, max-age=60');
    expect(await cacheOf('/v1/timelines/secret/log/tile/entries/000')).toBe(
      'private, max-age=31536000, immutable',
    );
    expect(await cacheOf(`${story}/log/checkpoint`)).toMatch(/no-cache/);
  });

  it.each([
    '0/002',
    '0/002.p/89',
    '0/003.p/1',
    '1/000',
    '2/000.p/1',
    'entries/002',
    '7/000.p/1',
    '0/0',
    '0',
    'x',
  ])('has no tile %s yet', async (path) => {
    const { body } = await server.http.get(`${story}/log/tile/${path}`).expect(404);
    expect(['unknown-tile', 'not-found']).toContain(body.code);
  });

  it('has a checkpoint of nothing before anything is recorded', async () => {
    const slug = { slug: 'empty', title: 'x', timezone: 'UTC', visibility: 'public' };
    await server.http.post('/v1/timelines').send(slug).expect(201);
    const note = await text('/v1/timelines/empty/log/checkpoint');
    const root = createHash('sha256').digest();
    expect(note.split('\n\n')[0] + '\n').toBe(
      formatCheckpoint({ origin: `${testOrigin}/empty`, size: 0n, root }),
    );
    await server.http.get('/v1/timelines/empty/log/tile/0/000.p/1').expect(404);
    await server.http.get('/v1/timelines/empty/log/proof?position=0').expect(400);
  });

  it('is not there of a timeline that is not there', async () => {
    for (const path of [
      'checkpoint',
      'key',
      'keys',
      'tile/0/000',
      'proof?position=0',
      'consistency?from=0',
    ]) {
      const { body } = await server.http.get(`/v1/timelines/nobody/log/${path}`).expect(404);
      expect(body.code).toBe('unknown-timeline');
    }
  });
});

describe('a proof', () => {
  it.each([0, 255, 256, 511, 512, 599])(
    'of inclusion of %i is accepted to the checkpoint',
    async (position) => {
      const { root } = await checkpoint();
      const { body } = await server.http.get(`${story}/log/proof?position=${position}`).expect(200);
      expect(Object.keys(body)).toEqual(['position', 'size', 'leafHash', 'hashes', 'checkpoint']);
      expect(body.leafHash).toBe(receipts[position]!.leafHash);
      expect(openCheckpoint(body.checkpoint, [key]).root).toEqual(root);
      const hashes = (body.hashes as string[]).map(bytes);
      expect(verifyInclusion(BigInt(position), BigInt(body.size), bytes(body.leafHash), hashes, root)).toBe(
        true,
      );
    },
  );

  it('of inclusion is given to any size before', async () => {
    const edge = RightEdge.empty();
    for (const { leafHash } of receipts.slice(0, 300)) edge.append(bytes(leafHash));
    const { body } = await server.http.get(`${story}/log/proof?position=17&size=300`).expect(200);
    const hashes = (body.hashes as string[]).map(bytes);
    expect(verifyInclusion(17n, 300n, bytes(receipts[17]!.leafHash), hashes, edge.root())).toBe(true);
  });

  it('of inclusion comes as text for tools that know no JSON', async () => {
    const path = `${story}/log/proof?position=400`;
    const answer = await server.http.get(path).set('accept', 'text/plain').expect(200);
    expect(answer.headers['vary']).toBe('Authorization, Accept');
    const proof = parseTlogProof(answer.text);
    const { root, size } = openCheckpoint(proof.checkpoint, [key]);
    expect(verifyInclusion(proof.index, size, bytes(receipts[400]!.leafHash), proof.hashes, root)).toBe(true);
    await server.http.get(`${path}&size=500`).set('accept', 'text/plain').expect(400);
  });

  it('of consistency leads from any size to any later one', async () => {
    const rootAt = (until: number) => {
      const edge = RightEdge.empty();
      for (const { leafHash } of receipts.slice(0, until)) edge.append(bytes(leafHash));
      return edge.root();
    };
    for (const [from, to] of [
      [1, 600],
      [256, 600],
      [300, 512],
      [599, 600],
      [600, 600],
    ] as const) {
      const { body } = await server.http.get(`${story}/log/consistency?from=${from}&to=${to}`).expect(200);
      expect(Object.keys(body)).toEqual(['from', 'to', 'hashes', 'checkpoint']);
      const hashes = (body.hashes as string[]).map(bytes);
      expect(verifyConsistency(BigInt(from), BigInt(to), hashes, rootAt(from), rootAt(to))).toBe(true);
    }
    expect((await server.http.get(`${story}/log/consistency?from=0`).expect(200)).body.hashes).toEqual([]);
  });

  it.each([
    ['proof', 'position'],
    ['proof?position=', 'position'],
    ['proof?position=-1', 'position'],
    ['proof?position=600', 'position'],
    ['proof?position=1e2', 'position'],
    ['proof?position=5&size=5', 'position'],
    ['proof?position=5&size=601', 'size'],
    ['consistency?to=5', 'from'],
    ['consistency?from=6&to=5', 'from'],
    ['consistency?from=1&to=601', 'to'],
    ['proof?position=1&position=2', 'position'],
    ['proof?index=1', 'index'],
  ])('is refused for %s, naming %s', async (query, parameter) => {
    const { body } = await server.http.get(`${story}/log/${query}`).expect(400);
    expect(body).toMatchObject({ code: 'invalid-parameter', parameter });
  });

  it('goes with a development: entry, payload and salt lead from its words to the checkpoint', async () => {
    const { body } = await server.http.get(`${story}/developments/d123?proof=true`).expect(200);
    const { proof } = body;
    const entry = bytes(proof.entry);
    expect(leafHash(entry).toString('base64')).toBe(body.leafHash);
    const digest = createHash('sha256')
      .update(bytes(proof.salt))
      .update(bytes(proof.payload))
      .digest('base64');
    expect(JSON.parse(entry.toString()).payloadDigest).toBe(digest);
    expect(JSON.parse(bytes(proof.payload).toString())).toMatchObject({ id: 'd123', title: body.title });
    const { root, size } = openCheckpoint(proof.checkpoint, [key]);
    const hashes = (proof.hashes as string[]).map(bytes);
    expect(verifyInclusion(123n, size, leafHash(entry), hashes, root)).toBe(true);
    expect((await server.http.get(`${story}/developments/d123`).expect(200)).body.proof).toBeUndefined();
  });

  it('goes without payload and salt to whoever could prove the words to others for ever', async () => {
    const path = `${story}/developments/d123?proof=true`;
    for (const http of [server.anonymous, await server.as('reader'), await server.as('recorder')]) {
      const { proof } = (await http.get(path).expect(200)).body;
      expect(Object.keys(proof)).toEqual(['position', 'size', 'leafHash', 'hashes', 'checkpoint', 'entry']);
    }
    const { proof } = (await (await server.as('auditor')).get(path).expect(200)).body;
    expect(proof).toMatchObject({ salt: expect.any(String), payload: expect.any(String) });
  });

  it('covers what was recorded just before it was asked for', async () => {
    for (let n = 0; n < 5; n++) {
      const receipt = (await server.http.post(`${story}/developments`).send(development()).expect(201)).body;
      const { body } = await server.http.get(`${story}/log/proof?position=${receipt.position}`).expect(200);
      expect(body.size).toBe(size + n + 1);
    }
  });
});
