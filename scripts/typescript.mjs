// Lets Node import this repository's TypeScript without a build, through the same compiler as the build's and
// the tests': node --import ./scripts/typescript.mjs some-file.ts
// Node 20 runs these hooks in a thread of their own: this file registers itself there.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register(import.meta.url);

/** `#libs/<name>` means its source; a relative `./x.js` means `./x.ts` where there is no such `.js`. */
export async function resolve(specifier, context, next) {
  const conditions = [...context.conditions, 'source'];
  try {
    return await next(specifier, { ...context, conditions });
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !specifier.endsWith('.js')) throw error;
    return next(specifier.replace(/\.js$/, '.ts'), context);
  }
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const { transform } = await import('@swc/core');
  const file = fileURLToPath(url);
  const options = { filename: file, sourceFileName: file, sourceMaps: 'inline' };
  const { code } = await transform(await readFile(file, 'utf8'), options);
  return { format: 'module', source: code, shortCircuit: true };
}
