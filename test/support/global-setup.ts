// Jest loads this file alone through its transformer, as CommonJS, and what it imports not at all: hence the
// process of its own, which also outlives a killed runner by just as long as it takes to clean up.
import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

interface WithCluster {
  testCluster?: ChildProcess;
}

export default async function startTestCluster({ rootDir }: { rootDir: string }): Promise<void> {
  // The programs that tests run: from sources each would take seconds to begin.
  execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale', '--quiet'], {
    cwd: rootDir,
    stdio: 'inherit',
  });
  const child = fork(path.join(rootDir, 'test/support/test-cluster.ts'), {
    cwd: rootDir,
    execArgv: ['--import', './scripts/typescript.mjs'],
  });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The tests' database did not start (exit ${code}); its reason stands above.`);
  });
  const [cluster] = (await Promise.race([once(child, 'message'), failed])) as [unknown];
  failed.catch(() => {});
  process.env['DATELINE_TEST_CLUSTER'] = JSON.stringify(cluster);
  (globalThis as WithCluster).testCluster = child;
}
