import { once } from 'node:events';
import process from 'node:process';

let readerLeft = false;

/**
 * Prints a line on stdout, and waits where whoever reads it is slower. False when they have left, as `head` does, or it
 * cannot be written.
 */
export async function writeLine(line: string): Promise<boolean> {
  if (!process.stdout.listeners('error').includes(onError)) process.stdout.on('error', onError);
  if (!readerLeft && !process.stdout.write(`${line}\n`)) {
    await once(process.stdout, 'drain').catch(onError);
  }
  return !readerLeft;
}

/** What cannot be written, on a full disk, is told at the end: see main. */
function onError(): void {
  readerLeft = true;
}
