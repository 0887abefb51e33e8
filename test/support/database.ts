import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestCluster } from './test-cluster.js';

/** A database of one test file's own, with the migrations in it. */
export interface TestDatabase {
  /** The service's role. */
  url: string;
  /** The role that owns the tables. */
  ownerUrl: string;
  /** Cuts whoever is still connected. */
  drop(): Promise<void>;
}

/** Copies the migrated template; takes 40 to 75 ms. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createFrom(testCluster().template);
}

/** One without the migrations, for what concerns migrating itself. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return createFrom('template0');
}

async function createFrom(template: string): Promise<TestDatabase> {
  const cluster = testCluster();
  const name = `dateline_test_${randomBytes(8).toString('hex')}`;
  const owner = new URL(cluster.ownerUrl).username;
  await asAdmin(`create database ${name} template ${template} owner "${owner}"`);
  return {
    url: cluster.serviceUrl.replace(cluster.template, name),
    ownerUrl: cluster.ownerUrl.replace(cluster.template, name),
    drop: () => asAdmin(`drop database if exists ${name} with (force)`),
  };
}

/** The addresses of the cluster that this run of the tests uses. */
export function testCluster(): TestCluster {
  const told = process.env['DATELINE_TEST_CLUSTER'];
  if (told === undefined) throw new Error('No test database: run jest with its globalSetup.');
  return JSON.parse(told) as TestCluster;
}

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: testCluster().adminUrl });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
