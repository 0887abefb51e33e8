import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A teardown that the setup returns is ignored by jest; this file it calls. */
export default async function stopTestCluster(): Promise<void> {
  const { testCluster: child } = globalThis as { testCluster?: ChildProcess };
  if (child === undefined || child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.send('stop');
  await ended;
}
