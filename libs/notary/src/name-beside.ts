import { randomBytes } from 'node:crypto';

/** A name beside a file that nobody else takes: for what is to be whole before it has the file's own. */
export function nameBeside(file: string): string {
  return `${file}.${randomBytes(8).toString('hex')}`;
}
