import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A teardown that the setup returns is ignored by jest; this file it calls. */
export default async function stopTestCluster(): Promise<void> {
  const { testCluster: child } = globalThis as { testCluster?: ChildProcess };
  if (child === undefined || child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.send('stop');
  // A cluster that cannot be stopped must not hold up the run; the kernel ends Postgres with its parent.
  const patience = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await ended;
  clearTimeout(patience);
}
