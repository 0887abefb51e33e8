import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pool, PoolClient } from 'pg';
import { builtInKinds, type Content, isWorld, type Recorded, type Slot } from '#libs/chronology';
import { createPool, silentLog } from '#libs/database';
import { CommitHints, Ledger, openLedger, tuneForAppends } from '#libs/ledger';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { naiveSlotsAtEach } from '../../../test/support/naive/index.js';
import { histories } from '../../../test/support/random-history.js';
import { indexLog, readStanding, situationsCompanion, slotsOfMatter } from './index.js';
import { type Payload, readBounds } from './payload.js';

let database: TestDatabase;
let readers: Pool;
let writers: Pool;
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  readers = createPool({ url: database.url, applicationName: 'test', log: silentLog });
  writers = tuneForAppends(createPool({ url: database.url, applicationName: 'test', log: silentLog }));
});
afterAll(async () => {
  await Promise.all([readers.end(), writers.end()]);
  await database.drop();
});

async function openTimeline(): Promise<string> {
  const timeline = `r${serial++}`;
  const client = await readers.connect();
  await openLedger(client, timeline);
  client.release();
  return timeline;
}

/** A ledger as one process has it; its clock is the caller's. */
function processWith(clock: () => number): Ledger<Content> {
  const companion = situationsCompanion(readers, builtInKinds);
  return new Ledger<Content>({ writers, readers, companion, hints: new CommitHints(readers), clock });
}

const proposalOf = (content: Content) => ({
  ...{ id: content.id, freshId: false, stream: content.matter, content },
  ...(content.type === 'record.redacted' && { destroys: true as const }),
});

function redactionOf({ id, matter }: Content): Content {
  const attribution = { by: 'us', record: 'on-record' } as const;
  return { id: `redact ${id}`, type: 'record.redacted', matter, target: id, reason: 'The law', attribution };
}

describe('a matter of which something is redacted', () => {
  it('is at every position as though that had never been recorded, over two processes, also later on', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories({ entries: 20, matters: 2 }).filter((history) => history.length > 1),
        fc.array(fc.record({ at: fc.nat(), of: fc.nat() }), { minLength: 1, maxLength: 3 }),
        async (history, picks) => {
          const timeline = await openTimeline();
          let now = 0;
          const processes = [processWith(() => now), processWith(() => now)];
          /** The ledger as it is left, by position. */
          const left: Recorded[] = [];
          const gone = new Set<string>();
          let turn = 0;
          const append = async (content: Content) => {
            const [done] = await processes[turn++ % 2]!.append(timeline, [proposalOf(content)], 'local');
            const { position, version, payload } = done!;
            // As they were worked out then: those of a correction hang on what was redacted before it.
            const { bounds } = payload as Payload;
            left.push({
              position,
              recordedAt: now,
              version,
              content,
              bounds: bounds ? readBounds(bounds) : null,
            });
          };
          for (const [index, entry] of history.entries()) {
            now = entry.recordedAt;
            try {
              await append(entry.content);
            } catch {
              continue; // What a redaction left may refuse what the whole history did not.
            }
            for (const { at, of } of picks) {
              if (at % history.length !== index) continue;
              const target = left[of % left.length]!;
              if (target.content.type === 'record.redacted') continue;
              try {
                await append(redactionOf(target.content));
              } catch (error) {
                // Of a decision by which something is withheld; anything else is a fault.
                expect(error).toMatchObject({ cause: { code: 'redaction-would-release' } });
                continue;
              }
              gone.add(target.content.id);
              left.splice(left.indexOf(target), 1);
            }
          }
          fc.pre(gone.size > 0);
          const { models } = await readStanding(readers, timeline);
          const matters = new Set(
            left.filter(({ content }) => isWorld(content)).map(({ content }) => content.matter),
          );
          for (const matter of matters) {
            const expected = naiveSlotsAtEach(left, builtInKinds, matter);
            for (const [index, { position }] of left.entries()) {
              const stored = await slotsOfMatter(readers, models, matter, {
                knownAt: position,
                after: null,
                limit: 1_000,
              });
              const slots: Slot[] = stored.map(({ validFrom, validTo, knownFrom, state }) => ({
                ...{ validFrom, validTo, knownFrom: knownFrom.position, state },
              }));
              expect(slots).toEqual(expected[index]);
            }
          }
        },
      ),
      { numRuns: 15 },
    );
  }, 180_000);
});

const content = (id: string, title: string): Content => ({
  ...{ id, type: 'reward.offered', matter: 'm', title, occurred: '2025', timezone: 'UTC' },
  ...{ mode: 'actual', assertion: 'reported', attribution: { by: 'us', record: 'on-record' } },
});

describe('the index of the log', () => {
  it('takes no words in that were read before they were redacted', async () => {
    const timeline = await openTimeline();
    const ledger = processWith(() => 0);
    await ledger.append(
      timeline,
      [proposalOf(content('a', 'secretwords')), proposalOf(content('b', 'open'))],
      'local',
    );
    let redacted = false;
    /** Redacts between the reading of entries and the writing of their terms. */
    const slow = new Proxy(readers, {
      get: (pool, name) =>
        name !== 'query'
          ? Reflect.get(pool, name)
          : async (query: { name?: string }, ...more: never[]) => {
              const answer = await (pool.query as (...args: unknown[]) => Promise<unknown>)(query, ...more);
              if (query.name === 'read-texts' && !redacted) {
                redacted = true;
                await ledger.append(timeline, [proposalOf(redactionOf(content('a', '')))], 'local');
              }
              return answer;
            },
    });
    await indexLog(slow, timeline, 2);
    expect(redacted).toBe(true);
    const { rows } = await readers.query(
      'select position, terms::text from development where timeline = $1',
      [timeline],
    );
    expect(rows.map(({ position }) => position)).toEqual([1]);
    expect(JSON.stringify(rows)).not.toContain('secretwords');
  });
});

describe('a process that remembers what another redacted', () => {
  it('answers the repeat of its id as taken', async () => {
    const timeline = await openTimeline();
    const [one, other] = [processWith(() => 0), processWith(() => 0)];
    await one.append(timeline, [proposalOf(content('a', 'words'))], 'local');
    await other.append(timeline, [proposalOf(redactionOf(content('a', '')))], 'local');
    const again = one.append(timeline, [proposalOf(content('a', 'words'))], 'local');
    await expect(again).rejects.toMatchObject({ code: 'group-refused', cause: { code: 'conflicting-id' } });
  });

  it('records neither the redaction nor anything with it where that fails half way', async () => {
    const timeline = await openTimeline();
    const ledger = processWith(() => 0);
    await ledger.append(timeline, [proposalOf(content('a', 'words'))], 'local');
    const broken = situationsCompanion(readers, builtInKinds);
    const failing = new Ledger<Content>({
      companion: {
        open: (name) =>
          Object.assign(broken.open(name), {
            purge: (_client: PoolClient) => Promise.reject(new Error('half way')),
          }),
      },
      ...{ writers, readers, hints: new CommitHints(readers), clock: () => 0 },
    });
    const both = [proposalOf(content('b', 'more')), proposalOf(redactionOf(content('a', '')))];
    await expect(failing.append(timeline, both, 'local')).rejects.toThrow('half way');
    const { rows } = await readers.query(
      'select payload is null as gone from ledger_payload where timeline = $1',
      [timeline],
    );
    expect(rows).toEqual([{ gone: false }]);
    await failing.append(timeline, [proposalOf(content('b', 'more'))], 'local');
  });
});
