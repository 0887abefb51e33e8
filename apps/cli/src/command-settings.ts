/** What every command is told. */
export interface CommandSettings {
  /** One JSON object on stdout instead of sentences. */
  json: boolean;
  dataFolder: string;
  databaseUrl: string | undefined;
}

/** Gives the exit code. */
export type Command = (settings: CommandSettings) => Promise<number>;
