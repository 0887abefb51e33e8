import { expect, it } from '@jest/globals';
import { canonicalJson, type StoredEntry } from '#libs/ledger';
import { isRedaction } from './payload.js';

function stored(content: object | null): StoredEntry {
  return { payload: content && Buffer.from(canonicalJson(content)) } as StoredEntry;
}

it('takes for a redaction what is one, and neither what quotes one nor what is destroyed', () => {
  expect(isRedaction(stored({ type: 'record.redacted', target: 'gone' }))).toBe(true);
  const quoting = { type: 'incident.occurred', quoted: { type: 'record.redacted' } };
  expect(isRedaction(stored(quoting))).toBe(false);
  expect(isRedaction(stored(null))).toBe(false);
});
