import type { Command } from './command-settings.js';
import { migrate } from './migrate.js';
import { replay } from './replay.js';

/** By the words they are called with: one word, or two. */
export const commands: Record<string, Command> = { migrate, replay };
