import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { keptLine } from './kept-file.js';
import { originGrammar, SettingsRefused } from './settings.js';

/**
 * The name that this installation's logs are known by. Made once, at the first start, and kept in
 * `<data folder>/origin`; whoever kept a checkpoint knows the log by it, so it must not change on its own.
 *
 * @throws SettingsRefused when the file holds no origin
 */
export async function settleOrigin(dataFolder: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const file = path.join(dataFolder, 'origin');
  const kept = await keptLine(file, () => `dateline.local/${randomBytes(8).toString('hex')}`, 0o644);
  if (originGrammar.test(kept)) return kept;
  throw new SettingsRefused([
    `${file} holds no origin: put back the one that was there, or set DATELINE_ORIGIN.`,
  ]);
}
