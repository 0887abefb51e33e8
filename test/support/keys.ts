import { randomBytes } from 'node:crypto';
import { commandLine, KeyBook, type Role } from '#libs/access';
import { createPool, silentLog } from '#libs/database';

export interface TestKey {
  id: string;
  text: string;
  /** The value of an Authorization header. */
  authorization: string;
}

export interface KeyWanted {
  /** For these timelines alone; for all by default. */
  timelines?: string[] | null;
  /** ms */
  expiresAt?: number | null;
}

export async function makeKeyWith(keys: KeyBook, role: Role, wanted: KeyWanted = {}): Promise<TestKey> {
  const { timelines = null, expiresAt = null } = wanted;
  const { text, record } = await keys.create({ role, timelines, label: role, expiresAt }, commandLine);
  return { id: record.id, text, authorization: `Bearer ${text}` };
}

/** Straight in a database, for services in processes of their own. */
export async function makeKeyIn(url: string, role: Role, wanted?: KeyWanted): Promise<TestKey> {
  const pool = createPool({ url, applicationName: 'test keys', log: silentLog, max: 1 });
  try {
    return await makeKeyWith(new KeyBook({ pool, clock: Date.now, random: randomBytes }), role, wanted);
  } finally {
    await pool.end();
  }
}
