import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.js';
import { entryBytes, seal } from './entry.js';

const at = { timeline: 'harbour', position: 7, recordedAt: Date.UTC(2025, 7, 29), recordedBy: 'local' };

describe('the bytes of an entry', () => {
  it('are the canonical JSON of its fields and no others', () => {
    const digest = Buffer.alloc(32, 7);
    const expected = canonicalJson({
      v: 1,
      timeline: 'harbour',
      position: 7,
      recordedAt: '2025-08-29T00:00:00.000Z',
      recordedBy: 'local',
      payloadDigest: digest.toString('base64'),
    });
    expect(entryBytes({ ...at, payloadDigest: digest }).toString()).toBe(expected);
  });

  it('commit to the payload through its salt, and to nothing that the payload says', () => {
    const salt = Buffer.alloc(32, 1);
    const sealed = seal({ title: 'A ship arrives', id: 'x' }, salt, at);
    const digest = createHash('sha256')
      .update(salt)
      .update('{"id":"x","title":"A ship arrives"}')
      .digest('base64');
    expect(JSON.parse(sealed.entry.toString())).toMatchObject({ payloadDigest: digest });
    expect(sealed.entry.toString()).not.toContain('ship');
    expect(sealed.leafHash).toEqual(createHash('sha256').update('\0').update(sealed.entry).digest());
  });
});
