/** Keys, straight on the database: for whoever has its address, and for when there is no admin key left. */
import { randomBytes } from 'node:crypto';
import {
  commandLine,
  KeyBook,
  type KeyRecord,
  longestOverlap,
  type NewKey,
  readKeys,
  type Role,
  roles,
} from '#libs/access';
import { formatInstant, parseInstant } from '#libs/chronology';
import { type Called, type Command, type CommandSettings, UsageError } from './command-settings.js';
import { withDatabase } from './with-database.js';

const day = 86_400_000;
/** Keys that are listed at a time. */
const pageSize = 1000;

export const createKey: Command = {
  summary:
    'makes a key, and prints it this once: --role reader, recorder, auditor or admin; --expires 90d or an instant',
  options: {
    role: { takes: 'R', required: true },
    timeline: { takes: 'T', repeated: true },
    all: {},
    label: { takes: 'TEXT' },
    expires: { takes: 'WHEN' },
  },
  run: (settings, called) => {
    const asked = readRequest(called);
    return withDatabase(settings, async ({ readers, directory }) => {
      for (const timeline of asked.timelines ?? []) await directory.find(timeline);
      return tellNew(settings, await bookOver(readers).create(asked, commandLine));
    });
  },
};

export const listKeys: Command = {
  summary: 'the keys, without themselves',
  run: (settings) =>
    withDatabase(settings, async ({ readers }) => {
      const keys: KeyRecord[] = [];
      for (let more = true; more;) {
        const page = await readKeys(readers, { scope: null, after: keys.at(-1), limit: pageSize });
        keys.push(...page);
        more = page.length === pageSize;
      }
      if (settings.json) console.log(JSON.stringify({ keys: keys.map(shown) }));
      else for (const key of keys) console.log(lineOf(key));
      return 0;
    }),
};

export const rotateKey: Command = {
  summary: 'makes a key for the same in place of another, which is still taken for so many seconds (0)',
  positionals: ['ID'],
  options: { overlap: { takes: 'SECONDS' } },
  run: (settings, called) => {
    const overlap = called.text('overlap') ?? '0';
    if (!/^\d{1,6}$/.test(overlap) || Number(overlap) > longestOverlap) {
      throw new UsageError(`--overlap takes seconds: 0 to ${longestOverlap}, a week`);
    }
    return withDatabase(settings, async ({ readers }) =>
      tellNew(
        settings,
        await bookOver(readers).rotate(called.positionals[0]!, Number(overlap) * 1000, commandLine),
      ),
    );
  },
};

export const revokeKey: Command = {
  summary: 'ends a key for ever: its next call is refused, its streams end',
  positionals: ['ID'],
  run: (settings, called) =>
    withDatabase(settings, async ({ readers }) => {
      const revoked = await bookOver(readers).revoke(called.positionals[0]!, commandLine);
      console.log(settings.json ? JSON.stringify(shown(revoked)) : lineOf(revoked));
      return 0;
    }),
};

function bookOver(pool: Parameters<typeof readKeys>[0]): KeyBook {
  return new KeyBook({ pool, clock: Date.now, random: randomBytes });
}

function readRequest(called: Called) {
  const role = called.text('role')!;
  if (!roles.includes(role as Role)) throw new UsageError(`--role takes ${roles.join(', ')}`);
  const timelines = [...new Set(called.texts('timeline'))];
  if (called.flag('all') === timelines.length > 0) {
    throw new UsageError('a key is for --timeline T (which may be repeated), or for --all timelines');
  }
  const label = called.text('label') ?? '';
  // eslint-disable-next-line no-control-regex
  if (label.length > 200 || /[\u0000-\u001f\u007f-\u009f]/.test(label)) {
    throw new UsageError('--label takes one line of at most 200 characters');
  }
  return {
    role: role as Role,
    timelines: called.flag('all') ? null : timelines,
    label,
    expiresAt: readExpiry(called.text('expires')),
  };
}

function readExpiry(text: string | undefined): number | null {
  if (text === undefined) return null;
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  const at = days === undefined ? parseInstant(text) : Date.now() + Number(days) * day;
  if (at !== undefined && at > Date.now()) return at;
  throw new UsageError(
    '--expires takes days ahead such as 90d, or an instant ahead such as 2100-01-01T00:00:00Z',
  );
}

function tellNew({ json }: CommandSettings, { text, record }: NewKey): number {
  if (json) console.log(JSON.stringify({ key: text, ...shown(record) }));
  else {
    // The key alone on stdout: `dateline keys create … > file` makes a file of it.
    console.error(`${lineOf(record)}\nThis is the key; it cannot be shown again:`);
    console.log(text);
  }
  return 0;
}

function shown({ ended: _ended, ...record }: KeyRecord): object {
  const { createdAt, expiresAt, revokedAt, lastUsedAt } = record;
  const instant = (at: number | null) => (at === null ? null : formatInstant(at));
  return {
    ...record,
    timelines: record.timelines ?? 'all',
    createdAt: formatInstant(createdAt),
    expiresAt: instant(expiresAt),
    revokedAt: instant(revokedAt),
    lastUsedAt: instant(lastUsedAt),
  };
}

function lineOf({ id, role, timelines, label, expiresAt, revokedAt, lastUsedAt }: KeyRecord): string {
  const told = [
    id,
    role,
    timelines === null ? 'for all timelines' : `for ${timelines.join(', ')}`,
    label && `"${label}"`,
    expiresAt !== null && `expires ${formatInstant(expiresAt)}`,
    revokedAt !== null && `revoked ${formatInstant(revokedAt)}`,
    lastUsedAt !== null && `last used ${formatInstant(lastUsedAt)}`,
  ];
  return told.filter(Boolean).join('  ');
}
