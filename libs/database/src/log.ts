/** Where this library reports what an operator should know; one line a call, no secrets in it. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

export const silentLog: Log = { info: () => {}, warn: () => {} };
