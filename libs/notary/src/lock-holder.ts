import { readFile, readlink } from 'node:fs/promises';
import process from 'node:process';

let named: Promise<string> | undefined;

/**
 * This process, named so that others can find out whether it still runs: the run of the kernel, the namespace in which
 * its number counts, that number, and when it began, for numbers are given again. Empty where the system does not say
 * so (it is Linux's to say).
 */
export function thisProcess(): Promise<string> {
  return (named ??= nameThis().catch(() => ''));
}

async function nameThis(): Promise<string> {
  const [boot, namespace, began] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    readlink('/proc/self/ns/pid'),
    beginning(process.pid),
  ]);
  return began === undefined ? '' : [boot.trim(), namespace, process.pid, began].join(' ');
}

/**
 * Whether a process that was named so is known to have ended. False of one that runs elsewhere, on another machine or
 * in another container: its number says nothing here.
 */
export async function hasEnded(name: string): Promise<boolean> {
  const [boot, namespace, number, began] = name.split(' ');
  const [thisBoot, thisNamespace] = (await thisProcess()).split(' ');
  if (!boot || boot !== thisBoot || namespace !== thisNamespace) return false;
  const pid = Number(number);
  if (!isThere(pid)) return true;
  // What is there and shows nothing of itself may well be the one.
  return (await beginning(pid).catch(() => began)) !== began;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** In clock ticks since the kernel began; undefined of one that has ended and is still to be buried: see proc(5). */
async function beginning(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Behind the program's name, in which anything may stand.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}
