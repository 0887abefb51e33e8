import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { originGrammar, SettingsRefused } from './settings.js';

/**
 * The name that this installation's logs are known by. Made once, at the first start, and kept in
 * `<data folder>/origin`; whoever kept a checkpoint knows the log by it, so it must not change on its own.
 *
 * @throws SettingsRefused when the file holds no origin
 */
export async function settleOrigin(dataFolder: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  await mkdir(dataFolder, { recursive: true, mode: 0o711 });
  const file = path.join(dataFolder, 'origin');
  const kept = (await readKept(file)) ?? (await make(file));
  if (originGrammar.test(kept)) return kept;
  throw new SettingsRefused([
    `${file} holds no origin: put back the one that was there, or set DATELINE_ORIGIN.`,
  ]);
}

async function readKept(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Appears whole or not at all, and only once: two first starts at a time end up with one origin. */
async function make(file: string): Promise<string> {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, `dateline.local/${randomBytes(8).toString('hex')}\n`, { mode: 0o644 });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  return (await readKept(file))!;
}
