import type { LoggerService } from '@nestjs/common';
import type { Log } from '#libs/database';

/** Where the service says what an operator should know: one line each, no colour, no secrets. */
export interface ServiceLog extends Log {
  error(message: string): void;
}

/** Is told of an error that nobody expected, and of the id under which an answer spoke of it. */
export type IncidentReport = (incident: string, error: unknown) => void;

/** Token of the IncidentReport. */
export const INCIDENTS = Symbol('incidents');

export function incidentsTo(log: ServiceLog): IncidentReport {
  return (incident, error) => {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error(`incident ${incident}: ${words}`);
  };
}

export const consoleLog: ServiceLog = {
  info: (message) => console.log(message),
  warn: (message) => console.warn(`warning: ${message}`),
  error: (message) => console.error(`error: ${message}`),
};

/** Nest's own words, of which only what went wrong is for an operator. */
export function nestLogger(log: ServiceLog): LoggerService {
  return {
    log: () => undefined,
    warn: (message: unknown) => log.warn(String(message)),
    error: (message: unknown) =>
      log.error(message instanceof Error ? String(message.stack) : String(message)),
    fatal: (message: unknown) => log.error(String(message)),
  };
}
