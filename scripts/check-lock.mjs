// Reads package.json and package-lock.json and fails with a sentence when
// - a package's platform binaries are not all in the lock: `npm ci` would then fail on another machine
//   ("Missing: … from lock file"), which this machine never notices;
// - the lock names a registry's host, so that others cannot install from theirs;
// - package.json asks for a range where an exact version belongs, or the lock holds another version;
// - two packages want different versions of a third at one place: `npm ci` then refuses a clean checkout.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.resolve(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
const failures = [];

/** The lock's path of `name` as Node would find it from the package at `from`, or undefined. */
function locate(name, from) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const candidate = `${at ? `${at}/` : ''}node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (!at) return undefined;
  }
}

let binaries = 0;
for (const [where, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    binaries++;
    const found = locate(name, where);
    if (!found) {
      failures.push(`${where || 'package.json'} wants ${name}@${version}, but the lock has no entry for it.`);
    } else if (/^\d/.test(version) && packages[found].version !== version) {
      failures.push(
        `${where || 'package.json'} wants ${name}@${version}; the lock has ${packages[found].version}.`,
      );
    }
  }
  if (entry.resolved && !entry.link)
    failures.push(`${where} is locked to one host: ${new URL(entry.resolved).host}.`);
  if (where && !entry.link && !entry.integrity) failures.push(`${where} has no integrity hash.`);
}

for (const field of ['dependencies', 'devDependencies', 'optionalDependencies']) {
  for (const [name, version] of Object.entries(manifest[field] ?? {})) {
    const locked = packages[`node_modules/${name}`]?.version;
    if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) {
      failures.push(`${field} asks for ${name} "${version}"; give one exact version.`);
    } else if (locked !== version) {
      failures.push(`${field} asks for ${name} ${version}; the lock has ${locked ?? 'none'}.`);
    }
  }
}

// npm is a script on some systems and a batch file on others: the shell finds either.
const tree = spawnSync('npm ls --all --package-lock-only', { cwd: root, encoding: 'utf8', shell: true });
const conflicts = tree.stdout.split('\n').filter((line) => / (invalid|missing):? /i.test(line));
for (const line of conflicts) failures.push(`npm ls: ${line.replace(/^\W+/, '')}.`);
if (tree.status !== 0 && conflicts.length === 0) failures.push(`npm ls failed: ${tree.stderr.trim()}`);

for (const failure of failures) console.error(failure);
console.log(`${Object.keys(packages).length} packages, ${binaries} optional ones, ${failures.length} wrong`);
process.exitCode = failures.length > 0 ? 1 : 0;
