import { link, mkdir, open, unlink } from 'node:fs/promises';
import path from 'node:path';
import { nameBeside } from './name-beside.js';

/**
 * Makes a file, and its folder where there is none. It appears whole or not at all, also after a power cut: its bytes
 * are on the disk before it has its name.
 *
 * @param mode of the file, such as 0o600 for what nobody else may read
 * @throws what the system says, EEXIST where the file is there: it stays as it is
 */
export async function writeOnce(file: string, content: string, mode: number): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o711 });
  const draft = nameBeside(file);
  const handle = await open(draft, 'wx', mode);
  try {
    await handle
      .writeFile(content)
      .then(() => handle.sync())
      // What the system says of an open file, as that there is no room for it, does not name it.
      .catch((error: unknown) => Promise.reject(Object.assign(error as Error, { path: file })))
      .finally(() => handle.close());
    await link(draft, file);
  } finally {
    await unlink(draft);
  }
}

/** The same, for whoever takes what is there: two first starts at a time end up with one file. */
export async function writeUnlessThere(file: string, content: string, mode: number): Promise<void> {
  try {
    await writeOnce(file, content, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
