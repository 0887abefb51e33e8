import { readFile } from 'node:fs/promises';
import { writeUnlessThere } from '#libs/notary';

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
  await writeUnlessThere(file, `${make()}\n`, mode);
  return (await readKept(file))!;
}

/** The line of such a file; undefined where there is none. */
export async function readKept(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
