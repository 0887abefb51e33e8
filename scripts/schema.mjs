// migrations/schema.sql: what the migrations make of an empty database, and the digest of each, by which a landed
// migration stays as it is.
//   npm run schema                          writes it
//   npm run schema -- --check               compares it, exit 1 if it differs
//   npm run schema -- --thaw 0001-what      writes it though that migration changed
// Runs on an embedded Postgres of its own, or in a database of its own on the server of TEST_DATABASE_URL.
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import './typescript.mjs';

const { assumeServiceRole, describeSchema, migrate, silentLog, startEmbeddedPostgres } =
  await import('#libs/database');

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(root, 'migrations');
const file = path.join(folder, 'schema.sql');
const { values: flags } = parseArgs({
  options: { check: { type: 'boolean' }, thaw: { type: 'string', multiple: true, default: [] } },
});

const committed = await readFile(file, 'utf8').catch(() => '');
const digests = await digestMigrations();
const changed = [...committed.matchAll(/^-- (\d{4}-\S+) sha256:(\S+)$/gm)]
  .filter(([, name, digest]) => digests.get(name) !== digest && !flags.thaw.includes(name))
  .map(([, name]) => name);
if (changed.length > 0) {
  console.error(
    `${changed.join(', ')} changed after it landed: databases that ran it would never have the change. ` +
      `Write a new migration; if no database but tests' has run it, npm run schema -- --thaw ${changed[0]}`,
  );
  process.exit(1);
}

const made = await describeMigrated(async (url) => {
  const frozen = [...digests].map(([name, digest]) => `-- ${name} sha256:${digest}`).join('\n');
  return `-- Made by npm run schema from these migrations. Not to be edited, nor to be run.\n${frozen}\n\n${await describeSchema(url)}`;
});
if (flags.check) {
  if (made !== committed) {
    console.error(
      `migrations/schema.sql is not what the migrations make; ${firstDifference(committed, made)}`,
    );
    console.error('Run npm run schema and commit the file.');
    process.exit(1);
  }
} else {
  await writeFile(file, made);
}
console.log(`${digests.size} migrations, as in migrations/schema.sql`);

/** Of the text with line feeds, whatever the checkout made of them. */
async function digestMigrations() {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-[a-z0-9-]+\.ts$/.test(name)).sort();
  const digest = async (name) => {
    const text = (await readFile(path.join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
    return [name.replace(/\.ts$/, ''), createHash('sha256').update(text).digest('hex')];
  };
  return new Map(await Promise.all(names.map(digest)));
}

async function describeMigrated(describe) {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined) return describeOnServer(given, describe);
  const dataFolder = await mkdtemp(path.join(os.tmpdir(), 'dateline-schema-'));
  await chmod(dataFolder, 0o755);
  const server = await startEmbeddedPostgres({ dataFolder, log: silentLog });
  try {
    await migrate(server.ownerUrl);
    return await describe(server.ownerUrl);
  } finally {
    await server.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function describeOnServer(adminUrl, describe) {
  const name = `dateline_schema_${process.pid}_${Date.now()}`;
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`create database ${name} template template0`);
    await assumeServiceRole(url.href);
    await migrate(url.href);
    return await describe(url.href);
  } finally {
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  }
}

function firstDifference(before, after) {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const line = now.findIndex((text, at) => text !== old[at]);
  const at = line === -1 ? now.length : line;
  return `from line ${at + 1} on:\n- ${old[at] ?? '(its end)'}\n+ ${now[at] ?? '(its end)'}`;
}
