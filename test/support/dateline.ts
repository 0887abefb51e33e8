import { run } from './service-process.js';

/** What a command came to. */
export interface Told {
  code: number | null;
  /** All it printed. */
  said: string;
  /** With --json: the object that it printed last. */
  json: unknown;
}

/** The `dateline` command in a process of its own. */
export async function dateline(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Told> {
  const { ended, said } = run('dateline', args, env);
  const code = await ended;
  const last = said().trimEnd().split('\n').at(-1)!;
  return { code, said: said(), json: args.includes('--json') ? JSON.parse(last) : undefined };
}
