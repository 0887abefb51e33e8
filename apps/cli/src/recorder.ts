import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { covers, findUsableKey, hasKeys, isKeyText, keyDigest, type Role } from '#libs/access';
import type { Readers } from './with-database.js';

/** Who records by a command, in the database itself. */
export interface Recorder {
  /** What entries say: the key's random id; `local` where no key was ever made. */
  recordedBy: string;
  keyId: string | null;
  role: Role | null;
}

/** Under this name the ledger keeps what is recorded while there are no keys. */
export const withoutKeys: Recorder = { recordedBy: 'local', keyId: null, role: null };

/** There are keys, and none was shown by which the entries could name who recorded them. */
export class KeyNeeded extends Error {
  readonly code = 'key-needed';
}

/**
 * Whose entries a command writes. Whoever holds the database passes the gate by; so that the record says who that was,
 * it takes an admin key: the one in `DATELINE_KEY`, else that of the data folder.
 * @throws KeyNeeded
 */
export async function findRecorder(db: Readers, dataFolder: string, timeline: string): Promise<Recorder> {
  if (!(await hasKeys(db))) return withoutKeys;
  const file = path.join(dataFolder, 'admin.key');
  const shown = process.env['DATELINE_KEY']?.trim();
  const text = shown || (await readFile(file, 'utf8').catch(() => '')).trim();
  const found = isKeyText(text) ? await findUsableKey(db, keyDigest(text), Date.now()) : undefined;
  if (found?.role === 'admin' && covers(found.timelines && new Set(found.timelines), timeline)) {
    return { recordedBy: found.id, keyId: found.id, role: found.role };
  }
  const what = shown ? 'the key in DATELINE_KEY is not' : `neither DATELINE_KEY nor ${file} holds`;
  throw new KeyNeeded(
    `${what} an admin key for ${timeline} that this database takes. It has keys, so what is recorded names one; ` +
      'what goes into the database past the gate names an admin’s. With another key, send it to the service: --url.',
  );
}
