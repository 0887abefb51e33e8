import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnswerWrong, checkAnswer } from '#libs/timelines';
import { parseVerifierKey, sha256 } from '#libs/transparency';
import { histories, toPosts, turningPoints } from '../support/random-history.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { run } from '../support/service-process.js';
import { development, timeline } from './development.js';

const matter = 'us-reward-maduro';
const at = 'asOf=2025-09-30T00:00:00Z';
let server: TestServer;
let serial = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function open(...bodies: object[]): Promise<string> {
  const slug = `proven-${serial++}`;
  await server.http
    .post('/v1/timelines')
    .send({ ...timeline, slug })
    .expect(201);
  if (bodies.length > 0) await post(slug, ...bodies);
  return slug;
}
const post = (slug: string, ...bodies: object[]) =>
  server.http.post(`/v1/timelines/${slug}/developments`).send(bodies).expect(201);
const desk = (type: string, target: string, more: object = {}) => ({
  id: `${type}-${target}`,
  type: `record.${type}`,
  target,
  reason: `because of ${type}`,
  attribution: { by: 'our-desk', record: 'on-record' },
  ...more,
});
const addressOf = (slug: string, knownAt: number, of = matter) =>
  `/v1/timelines/${slug}/matters/${of}?${at}&knownAt=${knownAt}`;
const ask = async (slug: string, knownAt: number, of = matter): Promise<any> =>
  (await server.http.get(`${addressOf(slug, knownAt, of)}&proof=true`).expect(200)).body;
const keyOf = async (slug: string) =>
  (await server.http.get(`/v1/timelines/${slug}/log/key`).expect(200)).text.trim();

/** Position 0 to 7; those of the matter are 0, 2, 3, 4, 5 and 6. */
const story = () => [
  development({ id: 'a', occurred: '[..2020-03-26]' }),
  development({ id: 'other', matter: 'another' }),
  development({
    id: 'b',
    type: 'reward.changed',
    occurred: '2025-08-07',
    title: 'Doubled',
    quantities: [{ of: 'reward', value: 40, unit: 'USD' }],
  }),
  development({ id: 'c', type: 'reward.changed', occurred: '2025-08~', title: 'Perhaps more' }),
  development({ id: 'd', mode: 'planned', type: 'reward.paid', occurred: '2026-01', title: 'To be paid' }),
  desk('corrected', 'b', { replacement: { title: 'Raised to 50', occurred: '2025-08-08' } }),
  desk('confirmed', 'b'),
  development({ id: 'z', matter: 'another' }),
];

/** The state as the plain route answers it, which it has among the point and the list. */
async function stateAt(slug: string, knownAt: number, of = matter): Promise<object> {
  const {
    timeline: _,
    asOf: __,
    knownAt: ___,
    developments: ____,
    ...state
  } = (await server.http.get(addressOf(slug, knownAt, of)).expect(200)).body;
  return state;
}

function wrongOf(answer: unknown, keys?: string[]): AnswerWrong {
  try {
    checkAnswer(answer, keys && { keys: keys.map((key) => parseVerifierKey(key)!) });
  } catch (error) {
    if (error instanceof AnswerWrong) return error;
    throw error;
  }
  throw new Error('the answer was taken for right');
}

describe('a matter that is answered with its proof', () => {
  it('has the state of the plain answer, and all that the state follows from', async () => {
    const slug = await open(...story());
    for (const knownAt of [0, 3, 7]) {
      const answer = await ask(slug, knownAt);
      expect(JSON.stringify(answer.state)).toBe(JSON.stringify(await stateAt(slug, knownAt)));
      expect(checkAnswer(answer)).toMatchObject({ timeline: slug, matter, knownAt, size: 8, ownKey: true });
    }
    const keys = [parseVerifierKey(await keyOf(slug))!];
    const positions = (await ask(slug, 7)).entries.map(({ position }: any) => position);
    expect(positions).toEqual([0, 2, 3, 4, 5, 6]);
    expect(checkAnswer(await ask(slug, 7), { keys })).toMatchObject({
      ...{ entries: 6, lastPosition: 6, payloads: 6, redacted: 0, beside: 0, proofs: 6, ownKey: false },
    });
  });

  it('checks at any point of random histories', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories({ entries: 30, matters: 3 }).filter((history) => history.length > 0),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 8, maxLength: 8 }),
        async (history, points) => {
          const slug = await open(...toPosts(history));
          const turns = turningPoints(history).filter(Number.isFinite);
          fc.pre(turns.length > 0);
          const matters = [...new Set(history.map(({ content }) => content.matter))];
          for (const [index, [when, known]] of points.entries()) {
            const asOf = new Date(turns[when % turns.length]!).toISOString();
            const of = matters[index % matters.length]!;
            const address = `/v1/timelines/${slug}/matters/${of}?asOf=${asOf}&knownAt=${known % history.length}`;
            const plain = await server.http.get(address);
            const proven = await server.http.get(`${address}&proof=true`).expect(plain.status);
            if (plain.status === 404) continue;
            const { developments: _, ...body } = plain.body;
            expect(body).toMatchObject(proven.body.state);
            checkAnswer(proven.body);
          }
        },
      ),
      { numRuns: 5, endOnFailure: true },
    );
  }, 120_000);

  it('carries the definition of a kind that is the timeline’s own', async () => {
    const registry = { slug: 'blockade', phases: ['threatened', 'imposed'], panel: 'blockades' };
    const attribution = { by: 'our-desk', record: 'publisher' };
    const slug = await open(
      { id: 'k', type: 'kind.defined', registry, attribution },
      development({ type: 'blockade.imposed', matter: 'bay', quantities: undefined }),
    );
    const answer = await ask(slug, 1, 'bay');
    expect(answer.beside).toMatchObject([{ position: 0 }]);
    expect(answer.state).toMatchObject({ panel: 'blockades' });
    expect(checkAnswer(answer)).toMatchObject({ entries: 1, beside: 1, proofs: 2 });
    expect(wrongOf({ ...answer, beside: [] }).message).toContain('no definition of that is carried');
  });

  it('shows what is redacted as null, and carries the redaction, also one that came after knownAt', async () => {
    const slug = await open(...story());
    await post(slug, desk('redacted', 'b'));
    for (const [knownAt, beside] of [
      [7, 1],
      [8, 0],
    ] as const) {
      const answer = await ask(slug, knownAt);
      expect(answer.entries[1]).toMatchObject({
        payload: null,
        salt: null,
        redacted: { id: 'b', version: 2, by: 8 },
      });
      expect(answer.beside).toHaveLength(beside);
      expect(answer.state).toEqual(await stateAt(slug, knownAt));
      expect(checkAnswer(answer)).toMatchObject({ redacted: 1, beside });
    }
    const answer = await ask(slug, 7);
    expect(wrongOf({ ...answer, beside: [] })).toMatchObject({ position: 2 });
    const claimed = structuredClone(answer);
    claimed.entries[2] = { ...claimed.entries[2], payload: null, salt: null };
    claimed.entries[2].redacted = { id: 'c', version: 3, by: 8 };
    expect(wrongOf(claimed)).toMatchObject({ position: 3, message: expect.stringContaining('redaction') });
  });

  it('takes for a redaction neither what is destroyed itself, nor one that redacts something else', async () => {
    const slug = await open(...story());
    await post(slug, desk('redacted', 'c'), desk('redacted', 'b'));
    const answer = await ask(slug, 9);
    expect(answer.entries.map(({ position }: any) => position)).toEqual([0, 2, 3, 4, 5, 6, 8, 9]);
    expect(checkAnswer(answer)).toMatchObject({ redacted: 2, beside: 0 });
    const strip = (at: number, id: string, by: number) => {
      const stripped = structuredClone(answer);
      const version = at + 1;
      Object.assign(stripped.entries[at], { payload: null, salt: null, redacted: { id, version, by } });
      return wrongOf(stripped);
    };
    // Destroyed content, which stands behind it and says nothing.
    expect(strip(0, 'a', 2)).toMatchObject({
      position: 0,
      message: expect.stringContaining('does not redact'),
    });
    expect(strip(0, 'a', 8)).toMatchObject({ message: expect.stringContaining('does not redact it') });
    expect(strip(6, 'redacted-c', 9)).toMatchObject({ position: 3 });
  });

  it('is found out where it carries a redaction that redacts nothing', async () => {
    const slug = await open(...story());
    const before = await ask(slug, 7);
    await post(slug, desk('redacted', 'c'));
    const answer = await ask(slug, 8);
    const { payload, salt } = before.entries[2];
    Object.assign(answer.entries[2], { payload, salt, redacted: null });
    expect(wrongOf(answer)).toMatchObject({
      position: 8,
      message: expect.stringContaining('content is there'),
    });
  });

  it('is found out wherever it was changed', async () => {
    const slug = await open(...story());
    const answer = await ask(slug, 7);
    const flip = (base64: string, byte: number) => {
      const bytes = Buffer.from(base64, 'base64');
      bytes[byte]! ^= 1;
      return bytes.toString('base64');
    };
    const changes: [what: string, change: (answer: any) => void, says: string][] = [
      ['a payload', ({ entries }) => (entries[1].payload = flip(entries[1].payload, 9)), 'the digest'],
      ['a salt', ({ entries }) => (entries[1].salt = flip(entries[1].salt, 31)), 'the digest'],
      ['an entry', ({ entries }) => (entries[1].entry = flip(entries[1].entry, 20)), 'position 2'],
      ['a hash', ({ entries }) => (entries[4].hashes[1] = flip(entries[4].hashes[1], 0)), 'do not lead'],
      ['too few hashes', ({ entries }) => entries[4].hashes.pop(), 'do not lead'],
      ['a position', ({ entries }) => (entries[5].position = 7), 'at this position'],
      [
        'a signature',
        (each) => (each.checkpoint = each.checkpoint.replace(/.{6}\n$/, 'AAAAA=\n')),
        'its checkpoint',
      ],
      ['a root', (each) => (each.checkpoint = each.checkpoint.replace('\n8\n', '\n9\n')), 'is wrong'],
      ['the title', ({ state }) => (state.title = 'Another'), '`title` differ'],
      ['a number', ({ state }) => (state.quantities[0].value = 1), '`quantities` differ'],
      ['a note', ({ state }) => (state.upcoming = []), '`upcoming` differ'],
      ['one more field', ({ state }) => (state.more = 1), '`more` differ'],
      ['a field that nothing proves', (each) => (each.note = 'believe me'), 'nothing proves'],
      ['the instant', (each) => (each.asOf = '2025-08-01T00:00:00.000Z'), 'differ'],
      ['the matter', (each) => (each.matter = 'another'), 'not of another'],
      ['knownAt', (each) => (each.knownAt = 3), 'behind knownAt'],
      ['knownAt beyond the checkpoint', (each) => (each.knownAt = 8), 'not among them'],
      ['the fold', (each) => each.foldVersion++, 'of the fold'],
      ['one in the middle left out', ({ entries }) => entries.splice(2, 1), 'version 3 is due'],
      ['the first left out', ({ entries }) => entries.shift(), 'version 1 is due'],
      ['two in another order', ({ entries }) => entries.push(entries.splice(1, 1)[0]), 'comes after it'],
      [
        'one called redacted',
        ({ entries }) =>
          Object.assign(entries[2], { payload: null, salt: null, redacted: { id: 'c', version: 3, by: 6 } }),
        'does not redact it',
      ],
      ['content left out', ({ entries }) => (entries[2].payload = null), 'content is missing'],
      ['none', ({ entries }) => entries.splice(0), 'no state'],
    ];
    for (const [what, change, says] of changes) {
      const changed = structuredClone(answer);
      change(changed);
      expect(`${what}: ${wrongOf(changed).message}`).toContain(says);
    }
    // Whoever makes the digest fit makes another entry, which is not in the log.
    const forged = structuredClone(answer);
    const [, one] = forged.entries;
    const payload = Buffer.from(Buffer.from(one.payload, 'base64').toString().replace('Doubled', 'Trebled'));
    const fields = JSON.parse(Buffer.from(one.entry, 'base64').toString());
    fields.payloadDigest = sha256(Buffer.from(one.salt, 'base64'), payload).toString('base64');
    one.payload = payload.toString('base64');
    one.entry = Buffer.from(JSON.stringify(fields)).toString('base64');
    expect(wrongOf(forged).message).toContain('do not lead from its entry');
    expect(wrongOf(answer, [await keyOf(await open())]).message).toContain('none of the known keys');
  });

  it('cannot show that the last entry was left out, and names the position up to which it is whole', async () => {
    const slug = await open(...story());
    const [answer, earlier] = [await ask(slug, 7), await ask(slug, 5)];
    const short = { ...answer, entries: answer.entries.slice(0, -1), state: earlier.state };
    expect(checkAnswer(short)).toMatchObject({ knownAt: 7, lastPosition: 5 });
  });

  it('is for auditors and admins, at a pinned point, and comes whole', async () => {
    const slug = await open(...story());
    const address = `${addressOf(slug, 7)}&proof=true`;
    await (await server.as('auditor')).get(address).expect(200);
    for (const http of [await server.as('reader'), await server.as('recorder'), server.anonymous]) {
      expect((await http.get(address).expect(403)).body.code).toBe('forbidden');
      await http.get(`${addressOf(slug, 7)}&proof=false`).expect(200);
    }
    const path = `/v1/timelines/${slug}/matters/${matter}?proof=true`;
    for (const [query, parameter] of [
      ['', 'asOf'],
      [`&${at}`, 'knownAt'],
      ['&knownAt=7', 'asOf'],
      ['&asOf=2025-09-30&knownAt=7', 'asOf'],
      [`&${at}&knownAt=2100-01-01T00:00:00Z`, 'knownAt'],
      [`&${at}&knownAt=8`, 'knownAt'],
      [`&${at}&knownAt=7&limit=5`, 'limit'],
    ]) {
      expect((await server.http.get(`${path}${query}`).expect(400)).body).toMatchObject({ parameter });
    }
    await server.http.get(`${addressOf(slug, 7, 'nothing')}&proof=true`).expect(404);
  });

  it('is refused where it would carry more than one answer may', async () => {
    const body = development({ text: 'x'.repeat(20_000), title: 'y'.repeat(500) });
    const slug = await open();
    for (let round = 0; round < 11; round++) {
      await post(slug, ...Array.from({ length: 160 }, (_, n) => ({ ...body, id: `${round}-${n}` })));
    }
    const { body: problem } = await server.http.get(`${addressOf(slug, 1759)}&proof=true`).expect(422);
    expect(problem).toMatchObject({ code: 'too-much-to-prove' });
    expect(checkAnswer(await ask(slug, 1000))).toMatchObject({ entries: 1001 });
  }, 60_000);
});

describe('dateline verify --answer', () => {
  it('checks a file without a database, says what it checked, and fails on any change', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'answer-'));
    const slug = await open(...story());
    const text = JSON.stringify(await ask(slug, 7));
    const file = path.join(folder, 'answer.json');
    const changed = path.join(folder, 'changed.json');
    const twice = path.join(folder, 'twice.json');
    await writeFile(file, text);
    await writeFile(changed, text.replace('Raised to 50', 'Raised to 51'));
    await writeFile(twice, text.replace('{', '{"matter":"another",'));
    const verify = async (...args: string[]) => {
      const { ended, said } = run('dateline', ['verify', '--answer', ...args], {});
      return { code: await ended, said: said() };
    };
    const [own, keyed] = [await verify(file), await verify(file, '--json', '--key', await keyOf(slug))];
    expect(own).toMatchObject({ code: 0, said: expect.stringContaining('6 payload digests') });
    expect(own.said).toContain('whose key that is, the answer cannot tell');
    expect(own.said).toContain('only the whole log can show');
    expect(keyed.code).toBe(0);
    expect(JSON.parse(keyed.said)).toMatchObject({ ok: true, entries: 6, ownKey: false });
    const [wrong, other, ambiguous] = [
      await verify(changed, '--json'),
      await verify(file, '--key', await keyOf(await open())),
      await verify(twice),
    ];
    expect(wrong).toMatchObject({ code: 1, said: expect.stringContaining('`title` differ') });
    expect(other).toMatchObject({ code: 1, said: expect.stringContaining('none of the known keys') });
    expect(ambiguous).toMatchObject({ code: 1, said: expect.stringContaining('matter') });
    expect((await verify(file, '--since', file)).code).toBe(2);
    expect((await verify(file, '--key', 'nonsense')).code).toBe(2);
    await rm(folder, { recursive: true });
  }, 180_000);
});
