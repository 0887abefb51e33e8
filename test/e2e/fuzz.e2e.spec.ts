// FUZZ_RUNS=1000 sends as many requests to each route; FUZZ_SEED repeats a run, or with `random` makes another.
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { documentedRoutes } from '../../apps/server/src/openapi/routes.js';
import { loadSample } from '../../apps/server/src/load-sample.js';
import { misfits, OpenApi, type Operation } from '../support/openapi.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';
import { type FuzzRequest, requestsOf } from './fuzz/requests.js';
import { type FuzzAnswer, send } from './fuzz/send.js';
import { type Likely, Values } from './fuzz/values.js';

const runs = Number(process.env['FUZZ_RUNS'] ?? 60);
const given = process.env['FUZZ_SEED'] ?? '20251123';
const seed = given === 'random' ? Date.now() : Number(given);

/** What a 503 may say: that a position is not there yet. Anything else would be the service's own trouble. */
const patient = ['not-caught-up'];

let server: TestServer;
let openApi: OpenApi;
let values: Values;
let keys: (string | undefined)[];
const agent = new http.Agent({ keepAlive: true });
/** How often each status was answered. */
const tally = new Map<string, number>();

beforeAll(async () => {
  server = await startTestServer();
  await loadSample(server.app);
  openApi = await OpenApi.read(server.http);
  const small = { ...timeline, slug: 'small', visibility: 'private' };
  await server.http.post('/v1/timelines').send(small).expect(201);
  await server.http
    .post('/v1/timelines/small/developments')
    .send(development({ id: 'known' }))
    .expect(201);
  values = new Values(openApi.document.components.schemas, await likelyIn(server));
  const shown = ['admin', 'recorder', 'auditor', 'reader'] as const;
  const made = await Promise.all(shown.map((role) => server.makeKey(role)));
  const foreign = await server.makeKey('admin', { timelines: ['small'] });
  const roles = made.map((key) => key.authorization);
  const all = Array<string>(6).fill(server.admin.authorization);
  keys = [...all, ...roles, ...roles, foreign.authorization, 'Bearer x', undefined];
});
afterAll(async () => {
  agent.destroy();
  await server.close();
});

/** Names that lead somewhere. */
async function likelyIn({ makeKey }: TestServer): Promise<Likely> {
  const spare = [await makeKey('reader'), await makeKey('recorder')].map(({ id }) => id);
  const sample = ['VE-001', 'VE-032', 'VE-033', 'known', 'VE-A-us-government'];
  const ids = [...sample, ...Array.from({ length: 20 }, (_, n) => `fuzz-${n}`)];
  const matters = ['us-reward-maduro', 'us-deployment-purpose', 'us-threat-to-invade', 'new-matter'];
  const actors = ['us-government', 've-government', 'somebody'];
  const times = ['2025-08-29', '2025-08-29T12:00:00Z', '2025-09-10T00:00:00.000Z'];
  const places = ['caribbean', 'caracas', 'puerto-rico'];
  const points = ['0', '3', '20', '39', ...times];
  return {
    ...{ timeline: ['us-venezuela-2025', 'us-venezuela-2025', 'us-venezuela-2025', 'small'] },
    ...{
      id: ids,
      target: ids,
      matter: matters,
      actor: actors,
      by: actors,
      place: places,
      ref: places,
      key: spare,
    },
    ...{ kind: ['reward', 'deployment', 'actor'], panel: ['forces', 'rewards'], of: ['reward', 'troops'] },
    type: ['reward.offered', 'reward.changed', 'deployment.underway', 'claim.made'],
    occurred: ['2025-08-29', '2025-08', '[2025-08-01..2025-08-20]', '2025-08-29T14:00:00-04:00'],
    timezone: ['UTC', 'America/New_York'],
    ...{
      asOf: times,
      fromAsOf: times,
      toAsOf: times,
      knownAt: points,
      fromKnownAt: points,
      toKnownAt: points,
    },
    // What is beyond the head is waited for, five seconds long.
    atLeast: ['0', '1', '-1', 'x', '1.0', ''],
    ...{
      after: ['0', '7', '-1', 'x'],
      limit: ['1', '2', '1000'],
      path: ['0/000.p/3', 'entries/000', '0/000'],
    },
    ...{ size: ['1', '7', '40'], from: ['0', '1', '7'], to: ['7', '40'], position: ['0', '7', '40'] },
    ...{ title: ['A title'], reason: ['A reason'], language: ['es', 'pt-BR'], q: ['reward', 'Maduro'] },
    ...{ slug: ['fresh', 'siege', 'small'], timelines: [['small'], 'all'] },
  };
}

async function holds({ method, path, operation }: Operation, request: FuzzRequest): Promise<void> {
  const { status, media, body } = await send(server.url, agent, request);
  tally.set(`${method} ${path} ${status}`, (tally.get(`${method} ${path} ${status}`) ?? 0) + 1);
  const text = body.toString('utf8');
  const told = operation.responses[status];
  expect({ status, documented: told !== undefined, text: told ? '' : text.slice(0, 500) }).toEqual({
    ...{ status, documented: true, text: '' },
  });
  if (status === 304) return expect(text).toBe('');
  const content = told.content ?? {};
  expect(Object.keys(content)).toContain(media);
  for (const value of readAs({ status, media, body })) {
    expect(misfits(openApi.answer(method, path, status, media!), value)).toEqual([]);
  }
  if (media === 'application/problem+json') expectToBeTold(told.description, JSON.parse(text));
}

function expectToBeTold(description: string, { code, status }: { code: string; status: number }): void {
  expect(description).toContain(`\`${code}\``);
  if (status >= 500) expect(patient).toContain(code);
}

/** What the schema of an answer is about. */
function readAs({ media, body }: FuzzAnswer): unknown[] {
  const text = body.toString('utf8');
  switch (media) {
    case 'application/json':
    case 'application/problem+json':
      return [JSON.parse(text)];
    case 'application/x-ndjson':
      return text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    case 'application/octet-stream':
      return [];
    default:
      return [text];
  }
}

describe(`every route keeps to its document, whatever is sent (seed ${seed}, ${runs} requests each)`, () => {
  const routes = documentedRoutes.map(({ method, path }) => [method, path] as const);

  it.each(routes)(
    '%s %s',
    async (method, path) => {
      const operation = openApi.operations().find((each) => each.method === method && each.path === path)!;
      const requests = requestsOf(operation, values, keys);
      await fc.assert(
        fc.asyncProperty(requests, (request) => holds(operation, request)),
        { seed, numRuns: method === 'post' && path.endsWith('/developments') ? runs * 4 : runs },
      );
      if (process.env['FUZZ_TALLY']) console.log(told(`${method} ${path} `));
    },
    60_000 + runs * 200,
  );

  it('and the service was never at a loss, and read and recorded some of it', () => {
    expect(server.said).toEqual([]);
    const path = '/v1/timelines/{timeline}/developments';
    for (const answer of [`post ${path} 201`, `post ${path} 422`, `get ${path} 200`, `get ${path} 400`]) {
      expect({ answer, times: tally.get(answer) ?? 0 }).toEqual({ answer, times: expect.any(Number) });
      expect(tally.get(answer) ?? 0).toBeGreaterThan(0);
    }
  });
});

function told(prefix: string): string {
  const some = [...tally].filter(([what]) => what.startsWith(prefix));
  return prefix + some.map(([what, times]) => `${what.slice(prefix.length)}: ${times}`).join(', ');
}
