/** What the system says no to when the service starts, told of the setting that asked for it. */
import path from 'node:path';
import { SettingsRefused } from './settings.js';

/** What node:net says of an address to listen at, by errno(3) and getaddrinfo(3). */
const ofHost = new Set([
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'EAI_AGAIN',
  'EINVAL',
  'ENODEV',
  'ENOTFOUND',
  'ENXIO',
]);
const ofPort: Record<string, string> = {
  EADDRINUSE: 'is taken; use a free one, or 0 for any.',
  EACCES: 'is not for this user to take; use one from 1024 on, or 0 for any.',
};
/** What node:fs says of a folder that cannot be made, read or written. */
const ofFolder = new Set([
  ...['EACCES', 'EEXIST', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR', 'EPERM', 'EROFS'],
  ...['EDQUOT', 'ENOSPC'],
]);

/** Undefined where neither is at fault. */
export function refusalOfListening(
  error: unknown,
  { host, port }: { host: string; port: number },
): SettingsRefused | undefined {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (Object.hasOwn(ofPort, code)) return new SettingsRefused([`PORT=${port}: ${ofPort[code]}`]);
  if (!ofHost.has(code)) return undefined;
  return new SettingsRefused([
    `HOST=${host}: is not an address of this machine (${code}); use one that is, or 0.0.0.0 or :: for all.`,
  ]);
}

/** Undefined where it is not about that folder. */
export function refusalOfFolder(error: unknown, dataFolder: string): SettingsRefused | undefined {
  const { code = '', path: at, message } = error as NodeJS.ErrnoException;
  const within = at !== undefined && (at === dataFolder || at.startsWith(dataFolder + path.sep));
  if (!within || !ofFolder.has(code)) return undefined;
  return new SettingsRefused([
    `DATELINE_DATA=${dataFolder}: cannot be used (${message}); use a folder that the service can read and write, with room in it.`,
  ]);
}
