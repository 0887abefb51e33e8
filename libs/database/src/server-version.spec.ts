import { describe, expect, it } from '@jest/globals';
import { checkServerVersion } from './server-version.js';

describe('the version of a server', () => {
  it('may be 15 or newer', () => {
    for (const number of [150000, 150020, 180004]) expect(() => checkServerVersion(number)).not.toThrow();
  });

  it('is named beside the one that is needed, when it is too old', () => {
    expect(() => checkServerVersion(140022)).toThrow(/PostgreSQL 14\.22; 15\.0 or newer/);
    expect(() => checkServerVersion(90624)).toThrow(/PostgreSQL 9\.6\.24; 15\.0 or newer/);
  });
});
