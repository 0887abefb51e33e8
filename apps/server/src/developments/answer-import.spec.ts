import type { ServerResponse } from 'node:http';
import { expect, it } from '@jest/globals';
import { untilGone } from './answer-import.js';

it('hands on no line that had come, once nobody is there to be answered', async () => {
  const response = { destroyed: false };
  async function* groups() {
    yield [{ line: 1, value: {} }];
    yield [{ line: 2, value: {} }];
  }
  const lines = untilGone(groups(), response as ServerResponse);
  expect((await lines.next()).value).toEqual([{ line: 1, value: {} }]);
  response.destroyed = true;
  expect((await lines.next()).done).toBe(true);
});
