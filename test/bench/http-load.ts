/** Drives load at an HTTP server from a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { LoadPlan, LoadResult } from './http-load-plan.js';

const defaults = {
  batch: 1,
  matters: 0,
  seconds: 4,
  warmup: 1,
  total: null,
  expect: 201,
  authorization: null,
  world: { from: 0, step: 1, late: false },
  newsroom: null,
  first: 0,
} satisfies Partial<LoadPlan>;

type Asked = Omit<LoadPlan, keyof typeof defaults> & Partial<LoadPlan>;

/** Runs the plan; throws when any answer was not the expected one, since then the rate means nothing. */
export async function httpLoad(asked: Asked): Promise<LoadResult> {
  const plan: LoadPlan = { ...defaults, ...asked };
  const worker = fork(path.join(import.meta.dirname, 'http-load-worker.js'), {
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  worker.send(plan);
  const died = once(worker, 'exit').then(([code]) => {
    throw new Error(`the load's process ended with ${code}`);
  });
  const result = (await Promise.race([
    once(worker, 'message').then(([message]) => message),
    died,
  ])) as LoadResult;
  died.catch(() => undefined);
  if (result.firstUnexpected !== null) {
    throw new Error(`${JSON.stringify(result.statuses)}, first: ${result.firstUnexpected}`);
  }
  return result;
}

/** Developments a second in the measured window. */
export function rateOf(result: LoadResult): number {
  return result.counted / result.elapsed;
}
