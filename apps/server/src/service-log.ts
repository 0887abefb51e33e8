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
  info: (message) => console.log(inOneLine(message)),
  warn: (message) => console.warn(`warning: ${inOneLine(message)}`),
  error: (message) => console.error(`error: ${inOneLine(message)}`),
};

/**
 * A message in which nothing can pass for another one, or give orders to a terminal: control characters, line breaks
 * of every kind and marks that turn the direction of writing are escaped as in JavaScript. The lines that a message
 * has of itself, such as a stack's, stay to be told apart: ` ⏎ ` stands for a line feed with the spaces behind it.
 */
export function inOneLine(message: string): string {
  return message.replace(/\n +/g, ' ⏎ ').replace(
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

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
