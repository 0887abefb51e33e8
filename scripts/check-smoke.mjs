// Starts the service as the README says (`npm start`), on a free port with a fresh data folder, and expects:
// ready within a minute, an answer about the sample timeline, and a clean end when told to stop.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const root = path.resolve(import.meta.dirname, '..');
const readyWithin = 60_000;
const stopWithin = 15_000;

const data = mkdtempSync(path.join(tmpdir(), 'dateline-smoke-'));
// Postgres refuses to run as root: the user it runs as instead must be able to walk in here.
chmodSync(data, 0o755);
const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const env = { ...process.env, PORT: String(port), DATELINE_DATA: path.join(data, 'data') };
delete env.DATABASE_URL;

const began = performance.now();
// A group of its own, so that nothing is left behind whatever happens.
const service = spawn('npm', ['start'], {
  cwd: root,
  env,
  stdio: ['ignore', 'pipe', 'pipe'],
  detached: true,
});
let said = '';
for (const stream of [service.stdout, service.stderr]) {
  stream.setEncoding('utf8').on('data', (chunk) => (said += chunk));
}
const ended = once(service, 'exit');
let failure;
try {
  await untilReady();
  console.log(`ready after ${Math.round(performance.now() - began)} ms`);
  await readSituation();
  await stop();
} catch (error) {
  failure = error;
}
if (service.exitCode === null && service.signalCode === null) killGroup();
rmSync(data, { recursive: true, force: true });
if (failure) {
  console.error(`${said.trimEnd()}\n${failure.message}`);
  process.exitCode = 1;
}

async function untilReady() {
  for (;;) {
    const answer = await fetch(`${base}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => null,
    );
    if (answer?.ok) return;
    if (service.exitCode !== null)
      throw new Error(`the service ended with ${service.exitCode} before it was ready`);
    if (performance.now() - began > readyWithin) throw new Error(`not ready within ${readyWithin} ms`);
    await sleep(100);
  }
}

/** The sample timeline that an empty embedded database starts with has something on its panels. */
async function readSituation() {
  const { items } = await getJson('/v1/timelines');
  if (!items?.length) throw new Error('no sample timeline is listed');
  const situation = await getJson(`/v1/timelines/${items[0].slug}/situation`);
  if (!situation.panels?.length) throw new Error(`the situation of ${items[0].slug} is empty`);
  console.log(`${items[0].slug}: ${situation.panels.length} panels, known at ${situation.knownAt.position}`);
}

async function getJson(where) {
  const answer = await fetch(base + where, { signal: AbortSignal.timeout(10_000) });
  if (answer.status !== 200) throw new Error(`${where} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function stop() {
  service.kill('SIGTERM');
  const late = sleep(stopWithin, 'late', { ref: false });
  if ((await Promise.race([ended, late])) === 'late')
    throw new Error(`still running ${stopWithin} ms after SIGTERM`);
  const answers = await fetch(`${base}/health/live`).then(
    () => true,
    () => false,
  );
  if (answers) throw new Error('still answering after its end: npm did not pass the signal on');
}

function killGroup() {
  try {
    process.kill(-service.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address();
  probe.close();
  await once(probe, 'close');
  return free;
}
