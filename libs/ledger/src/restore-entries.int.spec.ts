import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStore, openTimeline, type Store } from '../../../test/support/recorded-history.js';
import { seal } from './entry.js';
import { readRange, restoreEntries, type StoredEntry } from './index.js';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

/** Entries of one stream; those whose content is `null` are destroyed. */
function entriesOf(timeline: string, contents: { id: string; content: object | null }[]): StoredEntry[] {
  return contents.map(({ id, content }, position) => {
    const place = { timeline, position, recordedAt: 0, recordedBy: 'local' };
    const { entry, payload, salt, leafHash } = seal(content ?? { id }, Buffer.alloc(32, 7), place);
    const kept = content ? { payload: Buffer.from(payload), salt } : { payload: null, salt: null };
    const sealed = { entry: Buffer.from(entry), leafHash };
    return { position, recordedAt: 0, id, stream: 'm', version: position + 1, ...sealed, ...kept };
  });
}

async function restore(timeline: string, contents: { id: string; content: object | null }[]) {
  await openTimeline(store, timeline);
  const client = await store.writers.connect();
  try {
    await client.query('begin');
    await restoreEntries(client, timeline, entriesOf(timeline, contents), ({ id }) => id === 'why');
    await client.query('commit');
  } finally {
    await client.query('rollback');
    client.release();
  }
  return (await readRange(store.readers, timeline, 0, 10)).map(({ payload }) => payload?.toString() ?? null);
}

const redaction = { id: 'why', content: { type: 'record.redacted', target: 'gone' } };
const hole = { id: 'gone', content: null };

describe('restoring entries', () => {
  it('leaves nothing in the place of what was destroyed', async () => {
    expect(await restore('fits', [hole, redaction])).toEqual([
      null,
      expect.stringContaining('record.redacted'),
    ]);
  });

  it('is refused where a redaction finds nothing before it that it could have destroyed', async () => {
    const refusal = { code: 'nothing-to-destroy' };
    await expect(restore('before', [redaction, hole])).rejects.toMatchObject(refusal);
    await expect(restore('nobody', [redaction])).rejects.toMatchObject(refusal);
    expect(await readRange(store.readers, 'before', 0, 10)).toEqual([]);
  });
});
