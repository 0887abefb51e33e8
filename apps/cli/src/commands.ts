import type { Command } from './command-settings.js';
import { exportFile } from './export.js';
import { importFile } from './import.js';
import { createKey, listKeys, revokeKey, rotateKey } from './keys.js';
import { migrate } from './migrate.js';
import { rebuild } from './rebuild.js';
import { replay } from './replay.js';
import { scrub } from './scrub.js';
import { verify } from './verify.js';

/** By the words they are called with: one word, or two. */
export const commands: Record<string, Command> = {
  export: exportFile,
  import: importFile,
  'keys create': createKey,
  'keys list': listKeys,
  'keys revoke': revokeKey,
  'keys rotate': rotateKey,
  migrate,
  rebuild,
  replay,
  scrub,
  verify,
};
