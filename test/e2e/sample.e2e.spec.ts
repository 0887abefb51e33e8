import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadSample } from '../../apps/server/src/load-sample.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development } from './development.js';

const story = '/v1/timelines/us-venezuela-2025';
const afterwards = '2025-08-30T12:00:00Z';

/** What the sample tempts one to get wrong (apps/server/sample/README.md), as a reader of the service sees it. */
describe('the sample', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
    await loadSample(server.app);
  });
  afterAll(() => server.close());

  async function situation(query: string) {
    const { body } = await server.http.get(`${story}/situation?${query}`).expect(200);
    const matters: any[] = body.panels.flatMap((panel: any) => panel.matters);
    const panel = (name: string) => body.panels.find((each: any) => each.panel === name);
    return { body, matters, panel, matter: (slug: string) => matters.find((each) => each.matter === slug) };
  }

  it('has forty developments of the story, at positions 0 to 39, and then names', async () => {
    const { body } = await server.http.get(`${story}/developments?after=38&limit=2`).expect(200);
    expect(body.items.map(({ id, type }: any) => [id, type])).toEqual([
      ['VE-040', expect.stringMatching(/^(?!actor)/)],
      [expect.any(String), 'actor.registered'],
    ]);
    expect(body.items[0].recordedBy).toBe('dateline');
  });

  it('shows the reward at 50,000,000 USD', async () => {
    const { matter } = await situation(`asOf=${afterwards}`);
    expect(matter('us-reward-maduro')).toMatchObject({
      phase: 'changed',
      certainty: 'certain',
      quantities: [{ value: 50_000_000, unit: 'USD' }],
    });
  });

  it('counts 15,000 Venezuelan troops once, under nobody else, and 4,000 American ones', async () => {
    const { panel } = await situation(`asOf=${afterwards}`);
    const troops = panel('forces').totals.filter((row: any) => row.of === 'troops');
    expect(troops).toEqual([
      { actor: 'us-government', of: 'troops', unit: 'person', value: 4000, possible: 0, low: 0, high: 0 },
      { actor: 've-government', of: 'troops', unit: 'person', value: 15_000, possible: 0, low: 0, high: 0 },
    ]);
  });

  it('has the petition filed, both designations apart, and the embargo in force', async () => {
    const { matters, panel } = await situation(`asOf=${afterwards}`);
    const petitions = matters.filter(({ kind }) => kind === 'petition');
    expect(petitions.map(({ phase }) => phase)).toEqual(['filed']);
    const designations = panel('designations').matters;
    expect(designations).toHaveLength(2);
    expect(designations.map((each: any) => each.quantities.map(({ value }: any) => value))).toContainEqual([
      8, 6, 1, 1,
    ]);
    const embargo = matters.find(({ matter }) => matter.includes('embargo'));
    expect(embargo).toMatchObject({ phase: 'inforce', open: true });
  });

  it('leaves the purpose of the deployment contested, with both sources', async () => {
    const { body, matter } = await situation(`asOf=${afterwards}`);
    expect(body.contested).toContain('us-deployment-purpose');
    const [contested] = matter('us-deployment-purpose').contested;
    expect(contested.claim).toBe('us-deployment-purpose');
    expect(contested.alternatives.map((each: any) => each.attribution.by)).toEqual([
      'cbs-news',
      'us-government',
    ]);
  });

  it('shows no petition yet on 25 August, and the undated reward as possible', async () => {
    const { body, matters, matter } = await situation('asOf=2025-08-25T12:00:00-04:00');
    expect(body.asOf).toBe('2025-08-25T16:00:00.000Z');
    expect(matters.filter(({ kind }) => kind === 'petition')).toEqual([]);
    expect(matter('us-reward-maduro')).toMatchObject({ certainty: 'possible' });
  });

  it('is certain of nothing in 1900', async () => {
    const { matters } = await situation('asOf=1900-01-01');
    expect(matters.filter(({ certainty }) => certainty !== 'possible')).toEqual([]);
  });

  it('knew next to nothing at the first position', async () => {
    const { body, matters } = await situation(`asOf=${afterwards}&knownAt=0`);
    expect(matters.map(({ matter }) => matter)).toEqual(['us-southern-caribbean']);
    expect(body.knownAt.position).toBe(0);
  });

  it('keeps 50 million today when older rewards are recorded later', async () => {
    const reward = { matter: 'us-reward-maduro', actors: ['us-government'] };
    const told = [
      development({ ...reward, occurred: '2020-03-26' }),
      development({
        ...reward,
        type: 'reward.changed',
        occurred: '2025-01-10',
        title: 'Reward raised to 25 million dollars',
        quantities: [{ of: 'reward', value: 25_000_000, unit: 'USD' }],
      }),
    ];
    await server.http.post(`${story}/developments`).send(told).expect(201);
    const levels = async (asOf: string) => {
      const { matter } = await situation(`asOf=${asOf}`);
      return matter('us-reward-maduro').quantities.map(({ value }: any) => value);
    };
    expect(await levels(afterwards)).toEqual([50_000_000]);
    expect(await levels('2021-01-01')).toEqual([15_000_000]);
    expect(await levels('2025-02-01')).toEqual([25_000_000]);
  });

  it('loads once, and not beside a timeline of somebody’s own', async () => {
    expect(await loadSample(server.app)).toBeUndefined();
    const { body } = await server.http.get('/v1/timelines').expect(200);
    expect(body.items).toHaveLength(1);
  });
});
