import type { RebuildSettings } from './settings.js';

/** Unless told otherwise. */
export const entriesAStep = 1_000;

/** One step of a rebuild, and the pause behind it. */
export async function step<T>({ pause }: RebuildSettings, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  await pause?.(performance.now() - began);
  return result;
}
