// Compiles apps, libs, migrations and test/bench to dist/ with swc, file by file: what the tests run
// (through @swc/jest) and what the service runs are the same output of the same compiler. Then bundles what is started.
// --if-stale: do nothing when every source is older than the last build.  --quiet: say nothing.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const out = path.join(root, 'dist');
const stamp = path.join(out, '.built');
const folders = ['apps', 'libs', 'migrations', 'test/bench', 'test/support'];
const flags = new Set(process.argv.slice(2));

const sources = folders
  .map((folder) => path.join(root, folder))
  .filter((top) => existsSync(top))
  .flatMap((top) => readdirSync(top, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && !/\.spec\.ts$|\.d\.ts$/.test(entry.name))
  .map((entry) => path.join(entry.parentPath, entry.name))
  .filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`));

// At each start, so not one promise for each of 450 files: that took four times as long.
if (flags.has('--if-stale') && existsSync(stamp)) {
  const built = statSync(stamp).mtimeMs;
  const others = ['package.json', '.swcrc', 'scripts/bundle.mjs', 'scripts/own-mappings.mjs'];
  const inputs = [...sources, ...others.map((file) => path.join(root, file))];
  if (inputs.every((file) => statSync(file).mtimeMs <= built)) process.exit(0);
}

const { transformFile } = await import('@swc/core');
const began = Date.now();
const started = new Date(began);
await rm(out, { recursive: true, force: true });
await Promise.all(
  sources.map(async (file) => {
    const target = path.join(out, path.relative(root, file));
    await mkdir(path.dirname(target), { recursive: true });
    if (!file.endsWith('.ts')) return copyFile(file, target);
    const js = target.replace(/\.ts$/, '.js');
    const { code, map } = await transformFile(file, { cwd: root, sourceFileName: file });
    await writeFile(js, `${code}\n//# sourceMappingURL=${path.basename(js)}.map\n`);
    if (map) await writeFile(`${js}.map`, map);
  }),
);
const { bundle } = await import('./bundle.mjs');
await bundle(out);
await writeFile(stamp, '');
await utimes(stamp, started, started);
if (!flags.has('--quiet')) console.log(`built ${sources.length} files in ${Date.now() - began} ms`);
