/** What the environment says, and what is wrong with it: all of it at once, each with its mend. */
import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { nearest } from '#libs/chronology';
import { defaultEdge, type EdgeSettings } from './http/edge-settings.js';
import type { Rate } from './http/rate-limit.js';
import { readSecret, readSigningKey } from './secret-settings.js';

export interface Settings {
  /** 0 for any free one. */
  port: number;
  host: string;
  /** Absolute: database files, origin, keys, last checkpoints. */
  dataFolder: string;
  /** Undefined where it is made at the first start and kept in the data folder. */
  origin: string | undefined;
  /** Absolute: the private key that checkpoints are signed with; undefined for one made in the data folder. */
  signingKey: string | undefined;
  /** Whether an empty embedded database starts with the sample timeline. */
  sample: boolean;
  /** Whether the service verifies its records by itself, a little at a time. */
  verification: boolean;
  /** Undefined for the embedded Postgres. */
  databaseUrl: string | undefined;
  /** What cursors are signed with; undefined where it is made at the first start and kept in the data folder. */
  cursorSecret: string | undefined;
  edge: EdgeSettings;
}

export class SettingsRefused extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
  }
}

/** Why a value will not do, and what would. */
class Mend {
  constructor(readonly sentence: string) {}
}

/** A C2SP log origin is a URL without its scheme; no space and no + may stand in it, for it is a key's name too. */
export const originGrammar =
  /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?(?:\/[A-Za-z0-9._~-]{1,128}){0,8}$/;

/** Every setting; one that begins with DATELINE_ and is not here is refused, for it would be ignored. */
export const settingNames = [
  'DATABASE_URL',
  'DATELINE_CONNECTIONS',
  'DATELINE_CORS_ORIGINS',
  'DATELINE_CURSOR_SECRET',
  'DATELINE_CURSOR_SECRET_FILE',
  'DATELINE_DATA',
  'DATELINE_ORIGIN',
  'DATELINE_RATE_LIMIT',
  'DATELINE_SAMPLE',
  'DATELINE_SIGNING_KEY',
  'DATELINE_STREAMS',
  'DATELINE_STREAMS_PER_CALLER',
  'DATELINE_TRUSTED_PROXIES',
  'DATELINE_VERIFICATION',
  'HOST',
  'PORT',
] as const;
type Name = (typeof settingNames)[number];

/** Of the `dateline` command, in whose shell a service may be started too. */
const commandNames = ['DATELINE_KEY'];

function unknownNames(env: NodeJS.ProcessEnv): string[] {
  const known: string[] = [...settingNames, ...commandNames];
  return Object.keys(env)
    .filter((name) => /^DATELINE_/i.test(name) && env[name] !== undefined && !known.includes(name))
    .map((name) => `${name}: is no setting; use ${nearest(name, [...settingNames])}, or leave it out.`);
}

/** @throws SettingsRefused */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const problems = unknownNames(env);
  const read = <T>(name: Name, otherwise: T, parse: (text: string) => T | Mend): T => {
    const text = env[name]?.trim() ?? '';
    if (text === '') return otherwise;
    const parsed = parse(text);
    if (!(parsed instanceof Mend)) return parsed;
    problems.push(`${name}=${text}: ${parsed.sentence}`);
    return otherwise;
  };
  const settings: Settings = {
    port: read('PORT', 3000, parsePort),
    host: read('HOST', '127.0.0.1', parseHost),
    dataFolder: read('DATELINE_DATA', path.resolve('./.dateline'), parseFolder),
    origin: read<string | undefined>('DATELINE_ORIGIN', undefined, parseOrigin),
    signingKey: readSigningKey(env, 'DATELINE_SIGNING_KEY', problems),
    sample: read('DATELINE_SAMPLE', true, parseSwitch),
    verification: read('DATELINE_VERIFICATION', true, parseSwitch),
    databaseUrl: readDatabaseUrl(env['DATABASE_URL']?.trim(), problems),
    cursorSecret: readSecret(env, 'DATELINE_CURSOR_SECRET', problems),
    edge: {
      streams: {
        inAll: read('DATELINE_STREAMS', defaultEdge.streams.inAll, parseCount),
        perCaller: read('DATELINE_STREAMS_PER_CALLER', defaultEdge.streams.perCaller, parseCount),
      },
      rate: read<Rate | undefined>('DATELINE_RATE_LIMIT', undefined, parseRate),
      connections: read('DATELINE_CONNECTIONS', defaultEdge.connections, parseCount),
      corsOrigins: read('DATELINE_CORS_ORIGINS', defaultEdge.corsOrigins, parseOrigins),
      trustedProxies: read('DATELINE_TRUSTED_PROXIES', defaultEdge.trustedProxies, parseProxies),
    },
  };
  if (problems.length > 0) throw new SettingsRefused(problems);
  return settings;
}

function parsePort(text: string): number | Mend {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  return new Mend('must be a port from 1 to 65535, or 0 for any free one.');
}

function parseHost(text: string): string | Mend {
  if (/^[A-Za-z0-9.:%-]{1,253}$/.test(text)) return text;
  return new Mend('must be an address or a host name of this machine, such as 127.0.0.1, 0.0.0.0 or ::1.');
}

/** Where nothing is yet, a folder is made. */
function parseFolder(text: string): string | Mend {
  const folder = path.resolve(text);
  try {
    if (statSync(folder).isDirectory()) return folder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') return folder;
  }
  return new Mend('is, or lies in, a file; it must be a folder, or a path at which one can be made.');
}

/** Whether this machine alone can reach the service: the one place where it may listen without an admin key. */
export function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/.test(host);
}

function parseOrigin(text: string): string | Mend {
  if (originGrammar.test(text)) return text;
  return new Mend(
    'must be a host name in lower case, with a path if need be, such as example.org/news; no scheme, no +.',
  );
}

function parseRate(text: string): Rate | Mend {
  const [, requests, seconds] = /^([1-9]\d{0,6})\/([1-9]\d{0,4})s$/.exec(text) ?? [];
  if (requests !== undefined) return { requests: Number(requests), seconds: Number(seconds) };
  return new Mend('must be requests in a stretch of seconds, such as 600/60s; leave it out for no limit.');
}

function parseCount(text: string): number | Mend {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  return new Mend('must be a whole number from 1 to 999999.');
}

/** Exact ones: who may read answers is not guessed from patterns. */
function parseOrigins(text: string): string[] | Mend {
  const origins = listOf(text);
  const wrong = origins.find(
    (each) => !/^https?:/.test(each) || !URL.canParse(each) || new URL(each).origin !== each,
  );
  if (wrong === undefined) return origins;
  return new Mend(
    `must be origins such as https://news.example.org, with a comma between them; ${wrong} is none (no *, no path).`,
  );
}

/** The hops before the service, or the addresses of the proxies. */
function parseProxies(text: string): number | string[] | Mend {
  if (/^[1-9]$/.test(text)) return Number(text);
  const proxies = listOf(text);
  if (proxies.every(isAddressOrBlock)) return proxies;
  return new Mend(
    'must be the number of proxies before the service, 1 to 9, or their addresses or CIDR blocks, such as ' +
      '10.0.0.0/8, with a comma between them.',
  );
}

function isAddressOrBlock(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!;
  return (
    rest.length === 0 &&
    bits > 0 &&
    (length === undefined || (/^[1-9]\d{0,2}$/.test(length) && Number(length) <= bits))
  );
}

function listOf(text: string): string[] {
  return text.split(',').map((each) => each.trim());
}

function parseSwitch(text: string): boolean | Mend {
  if (text === 'off') return false;
  if (text === 'on') return true;
  return new Mend('must be on or off.');
}

/** The address may hold a password, so it is never repeated. */
function readDatabaseUrl(text: string | undefined, problems: string[]): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text)) return text;
  problems.push(
    'DATABASE_URL: must be an address such as postgres://user:password@host:5432/database; leave it out for ' +
      'a Postgres of the service’s own.',
  );
  return undefined;
}
