// Writes docs/ACCESS.md from the table that the gate decides by. `--check` compares instead: CI runs that.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import './typescript.mjs';

const { accessTable, recordingTable, sightTable } = await import('../apps/server/src/access/access-table.ts');
const { roles } = await import('#libs/access');

const keyFor = {
  ignored: 'nobody is asked',
  optional: 'what it may know',
  'of-timeline': 'the timeline',
  'of-any': 'any timelines',
  'of-all': 'all timelines',
};

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const mark = (may) => (may ? 'yes' : '-');

const routeRows = Object.entries(accessTable).map(([route, { key, roles: may, public: publicly }]) => [
  `\`${route}\``,
  keyFor[key],
  key === 'ignored' || key === 'optional' ? 'yes' : publicly ? 'public' : '-',
  ...roles.map((role) => mark(may.includes(role))),
]);
const recordingRows = Object.entries(recordingTable).map(([type, may]) => [
  `\`${type}\``,
  ...roles.map((role) => mark(may.includes(role))),
]);
const others = roles.map((role) =>
  mark(accessTable['POST /v1/timelines/:timeline/developments'].roles.includes(role)),
);
const sightRows = [
  ['what is held or under embargo, and the desk’s word on it', 'withheld'],
  ['`recordedBy`, and why the desk held, released or lifted', 'newsroom'],
  ['salts, and with them raw payloads', 'salts'],
].map(([what, field]) => [what, ...['public', ...roles].map((who) => mark(sightTable[who][field]))]);

const text = `<!-- Made by node scripts/access.mjs from apps/server/src/access/access-table.ts. Not to be edited. -->

# Who may do what

Whoever calls shows a key: \`Authorization: Bearer dl_…\`, never in an address. A key has one role, for some timelines or
for all. No role contains another: an auditor sees everything and records nothing.

## Routes

**Key for** says what the key must be for; **no key** who may come without one (\`public\`: where the timeline is public).
HEAD goes by GET. Everything else is refused: a route without a row here keeps the service from starting.

${table(['route', 'key for', 'no key', ...roles], routeRows)}

- On a public timeline a key of another one is as good as none: it reads what everybody reads.
- A private timeline, to whoever has no key for it, is not there: 404 \`unknown-timeline\`, as for one that does not exist.
  To write to a timeline with a key of another one is answered so too.
- 401 \`unauthenticated\` is the answer to no key where one is needed, and to a wrong, revoked, expired or mistyped one
  wherever a key is looked at; which of these it is, is not told. 403 \`forbidden\` names the role that is needed.
- A key in an address is refused with 400 \`key-in-url\`, and the trail says whose it was.

## Developments by type

${table(['type', ...roles], [...recordingRows, ['all others', ...others]])}

## Fields

Of what one may read, what one sees of it:

${table(['what', 'no key', ...roles], sightRows)}

Why the desk corrected, confirmed, disputed or retracted is for everybody who sees the development.

## Keys

\`dl_<role>_<secret>_<checksum>\`: r for reader, c for recorder, u for auditor, a for admin; 128 random bits as 22 digits
of base 62 (0-9, A-Z, a-z); the CRC-32 of what stands before as 6 such digits. So a typing error is told from a wrong key,
and \`dl_[rcua]_[0-9A-Za-z]{22}_[0-9A-Za-z]{6}\` finds leaked ones. The service keeps SHA-256 alone; nobody can look a key
up again. The id beside it, 16 letters and digits, is public: it is \`recordedBy\` in every entry.

- The first start puts an admin key into \`$DATELINE_DATA/admin.key\`. \`dateline keys\` and \`/v1/keys\` make others,
  each within the timelines of the key that makes it.
- A revoked key is refused from the next call on: in the process that revoked before it answers, in others as soon as
  they hear of it, and after one second in any case. A call whose body comes later than its head is asked for its key
  again then. Streams, replays and imports opened with it are cut within about a second more.
- Rotation makes a new key for the same, and leaves the old one for an overlap of 0 to 604,800 seconds.
- When a key was last used is kept to the minute.

## The trail

\`GET /v1/audit\` has changes of keys, redactions, exports and imports, and every call that was refused for want of a key
or a right: when, which key's id, from where, on which route, on which timeline. It never has a key or anything of a body.
Auditors and admins read the events of their timelines; those of none are for keys for all timelines.

A redaction, or an embargo that a key lifts, is written behind its commit and before its answer. Where that cannot be done
the answer is 503 \`database-away\`, and says that all is recorded and which ids to send again; after no answer send all
again. That writes what is missing, once, at the time of its recording and with the key that recorded it.

The same failed call (key, address, route, timeline, reason) within a minute is one row with a count, and a process writes at
most 101 rows of them a minute: what is beyond is counted in one row with the reason \`many\`. An import that ends at a line
for want of a right is a failed call too. They are written within a second, and forgotten after 30 days; everything else is
kept for ever. The service's own role can neither change nor delete an event.
`;

const file = path.resolve(import.meta.dirname, '../docs/ACCESS.md');
const prettier = await import('prettier');
const made = await prettier.format(text, { ...(await prettier.resolveConfig(file)), parser: 'markdown' });
if (process.argv.includes('--check')) {
  if ((await readFile(file, 'utf8').catch(() => '')) !== made) {
    console.error(
      'docs/ACCESS.md is not what the access table says: run node scripts/access.mjs and commit it.',
    );
    process.exit(1);
  }
} else {
  await writeFile(file, made);
}
console.log(`${routeRows.length} routes, as in docs/ACCESS.md`);
