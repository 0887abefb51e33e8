/** What every command is told. */
export interface CommandSettings {
  /** One JSON object on stdout instead of sentences. */
  json: boolean;
  dataFolder: string;
  databaseUrl: string | undefined;
}

/** An option of one command: `--since CHECKPOINT`, or a flag that takes nothing. */
export interface Option {
  /** What its value is called in the usage; without it the option is a flag. */
  takes?: string;
  required?: true;
  /** May be given more than once. */
  repeated?: true;
}

/** One command, with everything it may be called with. What is not declared here is refused. */
export interface Command {
  /** What it does, in one line. */
  summary: string;
  /** Names of what stands behind it, in order; in brackets what may be left out: `['T', '[FILE]']`. */
  positionals?: string[];
  options?: Record<string, Option>;
  /** Gives the exit code: 0 fine, 1 it failed. @throws UsageError, which is exit code 2 */
  run(settings: CommandSettings, called: Called): Promise<number>;
}

/** The command was called in a way that means nothing; the message says what would. */
export class UsageError extends Error {}

/** What one command was called with: only what it declares, and all that it requires. */
export class Called {
  constructor(
    readonly positionals: string[],
    private readonly values: Record<string, unknown>,
  ) {}

  /** The value of an option that is given at most once. */
  text(option: string): string | undefined {
    return this.values[option] as string | undefined;
  }

  /** The values of one that may be repeated. */
  texts(option: string): string[] {
    return (this.values[option] ?? []) as string[];
  }

  flag(option: string): boolean {
    return this.values[option] === true;
  }
}
