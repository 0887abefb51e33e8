import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { FileLocks } from './file-lock.js';
import { nameBeside } from './name-beside.js';

/**
 * The last checkpoint of each timeline, in a file of its own. It is the memory of what was signed that no change to
 * the database can reach. Processes that share the folder share that memory.
 */
export class KeptCheckpoints {
  private readonly locks = new FileLocks();

  private constructor(readonly folder: string) {}

  static async open(folder: string): Promise<KeptCheckpoints> {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    return KeptCheckpoints.at(folder);
  }

  /** For whoever only reads: the folder may not be there. */
  static at(folder: string): KeptCheckpoints {
    return new KeptCheckpoints(folder);
  }

  /** The timelines that one is kept of. */
  async timelines(): Promise<string[]> {
    const entries = (await ifThere(readdir(this.folder, { withFileTypes: true }))) ?? [];
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    // Drafts and locks lie here too, and what others put beside them.
    return names.filter((name) => /^[a-z0-9][a-z0-9-]{0,127}$/.test(name)).sort();
  }

  /** The signed note; undefined where none was ever kept. */
  read(timeline: string): Promise<string | undefined> {
    return ifThere(readFile(this.fileOf(timeline), 'utf8'));
  }

  /**
   * Puts a note in the place of the one that was read before. False where another process has put one there since:
   * then nothing is written.
   *
   * The file's bytes are on the disk before it gets its name, the name itself at the file system's leisure: after a
   * power cut the note before may be back, never half of one.
   *
   * @throws LockHeld where another process has been at it for too long, and an abort's error where the signal comes
   */
  replace(
    timeline: string,
    before: string | undefined,
    note: string,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const swap = async () => {
      if ((await this.read(timeline)) !== before) return false;
      const draft = nameBeside(this.fileOf(timeline));
      try {
        const file = await open(draft, 'wx', 0o644);
        await file
          .writeFile(note)
          .then(() => file.datasync())
          .finally(() => file.close());
        await rename(draft, this.fileOf(timeline));
      } catch (error) {
        await unlink(draft).catch(() => undefined);
        throw error;
      }
      return true;
    };
    return this.locks.holding(`${this.fileOf(timeline)}.lock`, swap, signal);
  }

  fileOf(timeline: string): string {
    return path.join(this.folder, timeline);
  }
}

async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
