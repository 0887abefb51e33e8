import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { keptLine } from './kept-file.js';
import { secretGrammar } from './secret-settings.js';
import { SettingsRefused } from './settings.js';

/**
 * What list cursors are signed with. Made once, at the first start, and kept in `<data folder>/cursor.secret`,
 * which nobody else may read. Services that share a load but no data folder are given the same one by a setting.
 * If it is lost, the cursors that were given out are worth nothing, and lists are begun again.
 *
 * @throws SettingsRefused when the file holds no secret
 */
export async function settleCursorSecret(dataFolder: string, given: string | undefined): Promise<Buffer> {
  if (given !== undefined) return Buffer.from(given);
  const file = path.join(dataFolder, 'cursor.secret');
  const kept = await keptLine(file, () => randomBytes(32).toString('base64url'), 0o600);
  if (secretGrammar.test(kept)) return Buffer.from(kept);
  throw new SettingsRefused([`${file} holds no secret: delete it, and the next start makes another.`]);
}
