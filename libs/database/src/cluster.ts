import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import type { ClusterHome } from './cluster-home.js';
import { runAs } from './database-account.js';
import { DatabaseUnusable } from './database-unusable.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { ownerRole, redactorRole, serviceRole } from './service-role.js';

/** Passwords of the cluster's three roles, made once, kept beside the data for this process's user alone. */
export interface ClusterPasswords {
  /** The superuser: makes roles and databases, nothing else. */
  postgres: string;
  [ownerRole]: string;
  [serviceRole]: string;
}

/**
 * Makes the cluster's files if there are none. All or nothing: they appear under their name when complete.
 * Text sorts by code point, in UTF-8, the same on every machine.
 *
 * @throws DatabaseUnusable cluster-of-another-version, embedded-postgres-failed
 */
export async function initialiseCluster(
  binaries: PostgresBinaries,
  cluster: ClusterHome,
): Promise<ClusterPasswords> {
  const { home, data, account } = cluster;
  const version = (await readFile(path.join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  const kept = await readPasswords(cluster);
  if (version !== '' && version !== binaries.major) {
    throw new DatabaseUnusable(
      'cluster-of-another-version',
      `The database in ${data} was written by PostgreSQL ${version}, and this is ${binaries.major}. ` +
        'Move its contents with pg_dump and pg_restore, or run the release of the service that wrote it.',
    );
  }
  if (version !== '' && kept === undefined) {
    const message = `The database in ${data} is there, but ${passwordsFile(home)} is not. Put it back.`;
    throw new DatabaseUnusable('embedded-postgres-failed', message);
  }
  if (version !== '') return kept!;
  const passwords = kept ?? (await makePasswords(home));
  const unfinished = `${data}.unfinished`;
  const passwordFile = path.join(home, 'initial-password');
  await rm(unfinished, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, passwords.postgres, { mode: 0o600, flag: 'wx' });
  if (account !== undefined) await chown(passwordFile, account.uid, account.gid);
  try {
    const words = [
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
    ];
    const order = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    await run(binaries.initdb, [`--pgdata=${unfinished}`, ...words, ...order], home, runAs(account));
    await rename(unfinished, data);
  } finally {
    await rm(passwordFile, { force: true });
  }
  return passwords;
}

/** Makes the roles and the database that are not there yet; a start that was cut short is completed here. */
export async function completeCluster(adminUrl: string, database: string, passwords: ClusterPasswords) {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    for (const role of [ownerRole, serviceRole] as const) {
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
      if (rowCount === 0) {
        await client.query(`create role ${role} login password ${client.escapeLiteral(passwords[role])}`);
      }
    }
    const redactor = await client.query('select from pg_roles where rolname = $1', [redactorRole]);
    if (redactor.rowCount === 0) await client.query(`create role ${redactorRole} nologin`);
    await client.query(`grant ${redactorRole} to ${ownerRole}`);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${database} owner ${ownerRole}`);
  } finally {
    await client.end();
  }
}

/** Undefined when the cluster has not been made yet. */
export async function readPasswords({ home }: ClusterHome): Promise<ClusterPasswords | undefined> {
  const kept = await readFile(passwordsFile(home), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return kept === undefined ? undefined : (JSON.parse(kept) as ClusterPasswords);
}

async function makePasswords(home: string): Promise<ClusterPasswords> {
  const secret = () => randomBytes(24).toString('hex');
  const passwords = { postgres: secret(), [ownerRole]: secret(), [serviceRole]: secret() };
  await writeFile(`${passwordsFile(home)}.new`, JSON.stringify(passwords), { mode: 0o600 });
  await rename(`${passwordsFile(home)}.new`, passwordsFile(home));
  return passwords;
}

function passwordsFile(home: string): string {
  return path.join(home, 'passwords.json');
}

function run(
  command: string,
  args: string[],
  cwd: string,
  as: { uid?: number; gid?: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'], LC_ALL: 'C' };
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      windowsHide: true,
      ...as,
    });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (words += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      reject(new DatabaseUnusable('embedded-postgres-failed', `initdb failed: ${words.trim()}`));
    });
  });
}
