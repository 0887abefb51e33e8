// `npm run check`: every wall in turn, one line each, and the whole output of those that failed. CI runs the
// same. `--only NAME` runs one of them.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: { only: { type: 'string' } },
});
const scratch = mkdtempSync(path.join(tmpdir(), 'dateline-check-'));
const jestReport = path.join(scratch, 'jest.json');
const bin = (name) => path.join('node_modules', name);

/** Each step is Node with arguments: no shell, so it is the same everywhere. */
const steps = [
  ['format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['lint', [bin('eslint/bin/eslint.js'), '--max-warnings', '0', '.']],
  ['types', [bin('typescript/bin/tsc'), '-p', 'tsconfig.json', '--noEmit']],
  ['arrows', ['scripts/check-arrows.mjs']],
  ['lock', ['scripts/check-lock.mjs']],
  ['schema', ['scripts/schema.mjs', '--check']],
  ['access', ['scripts/access.mjs', '--check']],
  [
    'tests',
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', bin('jest/bin/jest.js')],
      ...['--json', `--outputFile=${jestReport}`],
    ],
  ],
].filter(([name]) => values.only === undefined || values.only === name);
if (steps.length === 0) {
  console.error(`there is no check named ${values.only}`);
  process.exit(2);
}

let failures = 0;
for (const [name, args] of steps) {
  const began = performance.now();
  const { code, output } = await run(args);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const tests = name === 'tests' ? readTests() : undefined;
  const passed = code === 0;
  if (!passed) failures++;
  const note = tests ? `${tests.passed} passed, ${tests.failed} failed` : passed ? lastLine(output) : '';
  if (!passed) console.error(output.trimEnd());
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name.padEnd(7)} ${seconds.padStart(6)} s  ${note}`.trimEnd());
}
rmSync(scratch, { recursive: true, force: true });
process.exitCode = failures > 0 ? 1 : 0;

/** Runs Node in the root, without stdin; stdout and stderr in the order they came. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => (output += chunk);
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Counts from jest's report; a run that died before writing one counts as one failure. */
function readTests() {
  if (!existsSync(jestReport)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(jestReport, 'utf8'));
  return {
    passed: report.numPassedTests,
    // A suite that could not even load has no tests to count, yet has failed.
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
  };
}

function lastLine(text) {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
