import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The one line of a file in the data folder, which is made at the first start and never written again. It appears
 * whole or not at all, and only once: two first starts at a time end up with the same.
 *
 * @param mode of the file, such as 0o600 for what nobody else may read
 * @returns the line, without space around it
 */
export async function keptLine(file: string, make: () => string, mode: number): Promise<string> {
  const kept = await readKept(file);
  if (kept !== undefined) return kept;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o711 });
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, `${make()}\n`, { mode });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  return (await readKept(file))!;
}

async function readKept(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
