import { describe, expect, it } from '@jest/globals';
import { loadSample } from '../../apps/server/src/load-sample.js';
import { startTestServer } from '../support/server.js';

describe('two first starts at a time', () => {
  it('give the database one sample, whole', async () => {
    const server = await startTestServer();
    const starts = Promise.all([loadSample(server.app), loadSample(server.app)]);
    await expect(starts.finally(() => server.close())).resolves.toEqual([80, 80]);
  });
});
