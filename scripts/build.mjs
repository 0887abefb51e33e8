// Compiles apps, libs, migrations and test/bench to dist/ with swc, file by file: what the tests run
// (through @swc/jest) and what the service runs are the same output of the same compiler.
// --if-stale: do nothing when every source is older than the last build.  --quiet: say nothing.
import { mkdir, readdir, rm, stat, utimes, writeFile, copyFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const out = path.join(root, 'dist');
const stamp = path.join(out, '.built');
const folders = ['apps', 'libs', 'migrations', 'test/bench', 'test/support'];
const flags = new Set(process.argv.slice(2));

const sources = [];
for (const folder of folders) {
  const top = path.join(root, folder);
  if (!existsSync(top)) continue;
  for (const entry of await readdir(top, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    if (/\.spec\.ts$|\.d\.ts$/.test(file) || file.includes(`${path.sep}node_modules${path.sep}`)) continue;
    sources.push(file);
  }
}

if (flags.has('--if-stale') && existsSync(stamp)) {
  const built = (await stat(stamp)).mtimeMs;
  const inputs = [...sources, path.join(root, 'package.json'), path.join(root, '.swcrc')];
  const newest = Math.max(...(await Promise.all(inputs.map((file) => stat(file)))).map((s) => s.mtimeMs));
  if (newest <= built) process.exit(0);
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
await writeFile(stamp, '');
await utimes(stamp, started, started);
if (!flags.has('--quiet')) console.log(`built ${sources.length} files in ${Date.now() - began} ms`);
