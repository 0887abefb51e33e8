// Runs dependency-cruiser over the code and fails when an arrow points the wrong way, and also when the
// cruise saw less than what is there: a wall that nobody walked along proves nothing.
import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { cruise } from 'dependency-cruiser';
import extractDepcruiseConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** Below this the layout has moved away from under the rules. */
const fewestModules = 500;

const root = path.resolve(import.meta.dirname, '..');
process.chdir(root);
const folders = ['apps', 'libs', 'migrations', 'test'].filter((folder) => existsSync(folder));

const config = await extractDepcruiseConfig(path.join(root, '.dependency-cruiser.cjs'));
const { options, ...ruleSet } = config;
const { output } = await cruise(folders, { ...options, ruleSet, validate: true }, undefined, {
  tsConfig: extractTSConfig('tsconfig.json'),
});
const own = output.modules.filter((module) =>
  folders.some((folder) => module.source.startsWith(`${folder}/`)),
);
const seen = new Set(own.map((module) => module.source));
const throughDoors = own
  .flatMap((module) => module.dependencies)
  .filter((arrow) => arrow.module.startsWith('#libs/') && !arrow.couldNotResolve);

const failures = output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
for (const file of await sources()) if (!seen.has(file)) failures.push(`not seen: ${file}`);
if (seen.size < fewestModules) failures.push(`saw ${seen.size} modules, fewer than ${fewestModules}`);
if (throughDoors.length === 0) failures.push('saw no arrow through a #libs/ door: are they resolved?');

for (const failure of failures) console.error(failure);
console.log(`${seen.size} modules, ${throughDoors.length} arrows through doors, ${failures.length} wrong`);
process.exitCode = failures.length > 0 ? 1 : 0;

/** Every TypeScript file under the folders, relative to the root, with forward slashes. */
async function sources() {
  const found = [];
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = path.posix.join(entry.parentPath.split(path.sep).join('/'), entry.name);
      if (entry.isFile() && /\.tsx?$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
        found.push(file);
    }
  }
  return found;
}
