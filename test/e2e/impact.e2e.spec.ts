import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { misfits, OpenApi } from '../support/openapi.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development } from './development.js';

const attribution = { by: 'our-desk', record: 'on-record' };
const ships = (value: number, more: object = {}) => ({ quantities: [{ of: 'warships', value, ...more }] });
const desk = (id: string, type: string, target: string, replacement?: object) => ({
  ...{ id, type: `record.${type}`, target, reason: 'So', attribution },
  ...(replacement && { replacement }),
});

let server: TestServer;
let openApi: OpenApi;
beforeAll(async () => {
  server = await startTestServer();
  openApi = await OpenApi.read(server.http);
});
afterAll(() => server.close());

/** A story of its own, in UTC, with these developments at positions 0 and following. */
async function told(slug: string, ...developments: object[]): Promise<string> {
  const story = { slug, title: slug, timezone: 'UTC', visibility: 'public' };
  await server.http.post('/v1/timelines').send(story).expect(201);
  await server.http.post(`/v1/timelines/${slug}/developments`).send(developments).expect(201);
  return `/v1/timelines/${slug}`;
}

async function impact(story: string, id: string): Promise<any> {
  const { body } = await server.http.get(`${story}/developments/${id}/impact`).expect(200);
  const path = '/v1/timelines/{timeline}/developments/{id}/impact';
  expect(misfits(openApi.answer('get', path, 200, 'application/json'), body)).toEqual([]);
  return body;
}

const report = (id: string, fields: object = {}) =>
  development({
    ...{ id, matter: 'bay', type: 'deployment.underway', actors: ['navy'], occurred: '2025-08-01' },
    ...{ title: `Report ${id}`, ...ships(2) },
    ...fields,
  });

describe('the time for which a wrong answer was served', () => {
  const position = ({ from, until }: any) => [from.position, until.position];

  it('begins with the correction that brought it, and with its recording where the correction was of something else', async () => {
    const story = await told(
      'served-corrected',
      report('A1'),
      desk('A2', 'corrected', 'A1', ships(3)),
      desk('A3', 'corrected', 'A1', ships(2)),
      desk('A4', 'corrected', 'A1', { title: 'Another' }),
    );
    const { line, served } = await impact(story, 'A3');
    expect(line).toContain('was given as 3; it is 2');
    expect(served).toMatchObject({ from: { position: 1 }, until: { position: 2 }, pauses: [] });
    expect(position((await impact(story, 'A4')).served)).toEqual([0, 3]);
  });

  it('is that in which it counted: from the lift of an embargo, until it was held, with a pause until its release', async () => {
    const story = await told(
      'served-withheld',
      report('E1', { embargoedUntil: '2100-01-01T00:00:00Z' }),
      desk('E2', 'embargo-lifted', 'E1'),
      desk('E3', 'corrected', 'E1', ships(3)),
      desk('E4', 'held', 'E1'),
      report('B1', { matter: 'other' }),
      desk('E5', 'corrected', 'E1', ships(4)),
      desk('E6', 'released', 'E1'),
      desk('E7', 'corrected', 'E1', { title: 'Another' }),
    );
    expect(position((await impact(story, 'E3')).served)).toEqual([1, 2]);
    const whileHeld = await impact(story, 'E5');
    expect(position(whileHeld.served)).toEqual([2, 3]);
    expect(whileHeld.stretches).toEqual([]);
    const { served } = await impact(story, 'E7');
    expect(position(served)).toEqual([1, 7]);
    expect(served.pauses.map(position)).toEqual([[3, 6]]);
  });

  it('is null where it never counted, and where the decision changed nothing', async () => {
    const story = await told(
      'served-never',
      report('E1', { embargoedUntil: '2100-01-01T00:00:00Z' }),
      desk('E2', 'corrected', 'E1', ships(3)),
      report('A1', { matter: 'other' }),
      desk('A2', 'corrected', 'A1', ships(2)),
    );
    expect(await impact(story, 'E2')).toMatchObject({ served: null, line: null, stretches: [] });
    expect(await impact(story, 'A2')).toMatchObject({ served: null, line: null, stretches: [] });
  });
});

describe('the totals of a stretch', () => {
  it('are told of a matter that is known by undated reports alone', async () => {
    const story = await told(
      'totals-undated',
      report('U1', { occurred: '[..2025-08-10]', ...ships(7) }),
      desk('U2', 'corrected', 'U1', ships(9)),
    );
    const { stretches } = await impact(story, 'U2');
    expect(stretches).toMatchObject([
      {
        ...{ validFrom: null, validTo: null },
        totals: [{ panel: 'forces', actor: 'navy', before: { value: 7 }, after: { value: 9 } }],
      },
    ]);
  });

  it('are those of the actors as they were known then, whatever was merged later', async () => {
    const story = await told(
      'totals-merged',
      report('A1', { actors: ['armada'], ...ships(4) }),
      desk('C1', 'corrected', 'A1', ships(3)),
      {
        ...{ id: 'R1', type: 'actor.merged', attribution },
        registry: { slug: 'armada', into: 'navy' },
      },
      desk('C2', 'corrected', 'A1', ships(2)),
    );
    const actors = async (id: string) =>
      (await impact(story, id)).stretches.map(({ totals }: any) => totals.map(({ actor }: any) => actor));
    expect(await actors('C1')).toEqual([['armada']]);
    expect(await actors('C2')).toEqual([['navy']]);
  });
});

describe('a wrong plan or denial', () => {
  const announced = report('P0', { type: 'deployment.announced' });
  const plan = report('P1', { mode: 'planned', occurred: '2025-08-20', title: '500 troops planned' });
  const days = ({ stretches }: any) =>
    stretches.map(({ validFrom, validTo }: any) =>
      [validFrom, validTo].map((at) => at?.slice(0, 10) ?? null),
    );
  const titles = (notes: any[]) => notes.map(({ title }) => title);

  it('was served while it lay ahead, and from then on as a note', async () => {
    const story = await told(
      'wrong-plan',
      announced,
      plan,
      desk('P2', 'corrected', 'P1', { title: '50 troops planned' }),
    );
    const answer = await impact(story, 'P2');
    expect(answer).toMatchObject({
      ...{ matters: ['bay'], panels: ['forces'], moreStretches: false },
      served: { from: { position: 1 }, until: { position: 2 } },
    });
    expect(days(answer)).toEqual([
      ['2025-08-01', '2025-08-20'],
      ['2025-08-20', null],
    ]);
    const [ahead, past] = answer.stretches;
    expect(titles(ahead.before.upcoming)).toEqual(['500 troops planned']);
    expect(titles(ahead.after.upcoming)).toEqual(['50 troops planned']);
    expect([ahead.before.notes, ahead.after.notes]).toEqual([[], []]);
    expect(titles(past.before.notes)).toEqual(['500 troops planned']);
    expect(titles(past.after.notes)).toEqual(['50 troops planned']);
    for (const { before, after, validFrom } of answer.stretches) {
      for (const [knownAt, state] of [
        [1, before],
        [2, after],
      ] as const) {
        const at = `asOf=${validFrom}&knownAt=${knownAt}`;
        const { body } = await server.http.get(`${story}/matters/bay?${at}`).expect(200);
        expect(body).toMatchObject(state);
      }
    }
  });

  it('is gone from there once it is retracted', async () => {
    const story = await told('retracted-plan', announced, plan, desk('P2', 'retracted', 'P1'));
    const answer = await impact(story, 'P2');
    expect(answer).toMatchObject({ matters: ['bay'], panels: ['forces'] });
    expect(days(answer)).toEqual([
      ['2025-08-01', '2025-08-20'],
      ['2025-08-20', null],
    ]);
    const [ahead, past] = answer.stretches;
    expect([ahead.before.upcoming.length, ahead.after.upcoming]).toEqual([1, []]);
    expect([past.before.notes.length, past.after.notes]).toEqual([1, []]);
  });

  it('is told of a denial that is all that is known of its matter', async () => {
    const denial = report('N1', { mode: 'negated', occurred: '[..2025-08-10]', title: 'No ships' });
    const story = await told('wrong-denial', denial, desk('N2', 'corrected', 'N1', { title: 'No frigates' }));
    const answer = await impact(story, 'N2');
    expect(days(answer)).toEqual([[null, null]]);
    expect(titles(answer.stretches[0].before.notes)).toEqual(['No ships']);
    expect(titles(answer.stretches[0].after.notes)).toEqual(['No frigates']);
  });
});

describe('the impact on a matter of which much is recorded, the latest first', () => {
  it('leaves others turns and connections while it is worked out', async () => {
    const day = (n: number) => new Date(Date.UTC(2025, 0, 1 - n)).toISOString().slice(0, 10);
    const reports = Array.from({ length: 999 }, (_, n) =>
      report(`L${n}`, { occurred: day(n), quantities: undefined }),
    );
    const story = await told('long', ...reports, report('first', { occurred: day(999) }));
    await server.http
      .post(`${story}/developments`)
      .send(desk('C', 'corrected', 'first', ships(3)))
      .expect(201);

    const { readers } = server.resources;
    const [waiting, gaps]: [number[], number[]] = [[], []];
    let [last, over] = [performance.now(), false];
    const began = last;
    const turn = () => {
      waiting.push(readers.waitingCount);
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      if (!over) setImmediate(turn);
    };
    turn();
    const { stretches, moreStretches } = await impact(story, 'C');
    over = true;
    expect([stretches.length, moreStretches]).toEqual([20, true]);
    expect(Math.max(...waiting)).toBe(0);
    // In one go, the fold is more than half of it.
    expect(Math.max(...gaps)).toBeLessThan((performance.now() - began) / 3);
  }, 60_000);
});

describe('the corrective line', () => {
  it('names the quantities whose words alone were wrong', async () => {
    const story = await told(
      'wrong-words',
      report('A1', ships(12, { text: 'about a dozen' })),
      desk('C1', 'corrected', 'A1', ships(12, { text: 'exactly twelve' })),
    );
    const { line, stretches } = await impact(story, 'C1');
    expect(stretches).toHaveLength(1);
    expect(line).toBe(
      'A correction: An earlier version of “Report A1” was wrong. Also corrected: details of the figures.',
    );
  });
});
