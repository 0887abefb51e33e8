import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openSharedLedger, proposal, type SharedLedger } from '../../../test/support/shared-ledger.js';
import { eachStream, readRange, type StreamTexts } from './index.js';

/** More streams than are looked at in one statement, and one of more entries than are read in one. */
const streams = 600;
const longest = 1_100;

let store: SharedLedger;
let timeline: string;

beforeAll(async () => {
  store = await openSharedLedger();
  timeline = await store.newTimeline();
  const short = Array.from({ length: streams }, (_, n) => proposal(`s${n}`, `stream-${n}`, { n }));
  const long = Array.from({ length: longest }, (_, n) => proposal(`l${n}`, 'stream-5', { n: `→ ${n}` }));
  await store.aProcess().append(timeline, [...long.slice(100), ...short, ...long.slice(0, 100)], 'local');
});
afterAll(() => store.close());

async function gathered(before: number): Promise<StreamTexts[]> {
  const all: StreamTexts[] = [];
  for await (const stream of eachStream(store.readers, timeline, before)) all.push(stream);
  return all;
}

it.each([streams + longest, streams + longest - 100, 1_050, 1])(
  'gives the first %i entries of a ledger stream by stream',
  async (before) => {
    const byStream = new Map<string, StreamTexts>();
    for (const { stream, position, recordedAt, payload } of await readRange(
      store.readers,
      timeline,
      0,
      before,
    )) {
      const { texts } = byStream.get(stream) ?? { stream, texts: [] };
      texts.push({ position, recordedAt, payload: payload!.toString() });
      byStream.set(stream, { stream, texts });
    }
    const all = await gathered(before);
    expect(all.filter(({ texts }) => texts.length > 0)).toEqual(
      [...byStream.values()].sort((a, b) => (a.stream < b.stream ? -1 : 1)),
    );
    expect(new Set(all.map(({ stream }) => stream)).size).toBe(streams);
    expect(all).toHaveLength(streams);
  },
);
