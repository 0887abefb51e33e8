/** Bodies for what else can be made: timelines, keys, and developments as lines. */
import { development, timeline } from '../development.js';
import { type BadInput, type Body, posting, request, story, type World } from './row.js';

type Row = [what: string, body: unknown, status: number, code: string, at: string | undefined];
const fresh = { ...timeline, slug: 'new' };

const timelines: Row[] = [
  ['nothing', {}, 400, 'malformed', '/slug'],
  ['a list', [fresh], 400, 'malformed', ''],
  ['a slug in capitals', { ...fresh, slug: 'New' }, 400, 'malformed', '/slug'],
  ['a slug of 129 characters', { ...fresh, slug: 'x'.repeat(129) }, 400, 'malformed', '/slug'],
  ['SQL for a slug', { ...fresh, slug: "new'; --" }, 400, 'malformed', '/slug'],
  ['an empty title', { ...fresh, title: '' }, 400, 'malformed', '/title'],
  ['CR LF in a title', { ...fresh, title: 'a\r\nb' }, 400, 'malformed', '/title'],
  ['a zone there is not', { ...fresh, timezone: 'Mars/Olympus' }, 422, 'refused', '/timezone'],
  ['an offset for a zone', { ...fresh, timezone: '+02:00' }, 400, 'malformed', '/timezone'],
  ['a visibility there is not', { ...fresh, visibility: 'secret' }, 400, 'malformed', '/visibility'],
  ['a size of its own', { ...fresh, size: 4 }, 400, 'malformed', '/size'],
];

const keys: Row[] = [
  ['nothing', {}, 400, 'malformed', '/role'],
  ['a role there is not', { role: 'owner', timelines: 'all' }, 400, 'malformed', '/role'],
  ['no timelines', { role: 'reader' }, 400, 'malformed', '/timelines'],
  ['an empty list of timelines', { role: 'reader', timelines: [] }, 400, 'malformed', '/timelines'],
  ['a timeline twice', { role: 'reader', timelines: ['story', 'story'] }, 400, 'malformed', '/timelines'],
  [
    '101 timelines',
    { role: 'reader', timelines: Array.from({ length: 101 }, (_, n) => `t-${n}`) },
    400,
    'malformed',
    '/timelines',
  ],
  ['a pattern for timelines', { role: 'reader', timelines: ['*'] }, 400, 'malformed', '/timelines'],
  ['a timeline there is not', { role: 'reader', timelines: ['nobody'] }, 422, 'refused', '/timelines/0'],
  ['CR LF in a label', { role: 'reader', timelines: 'all', label: 'a\r\nb' }, 400, 'malformed', '/label'],
  [
    'a label of 201 characters',
    { role: 'reader', timelines: 'all', label: 'x'.repeat(201) },
    400,
    'malformed',
    '/label',
  ],
  [
    'an end that is no instant',
    { role: 'reader', timelines: 'all', expiresAt: '2030-02-30' },
    400,
    'malformed',
    '/expiresAt',
  ],
  [
    'an end in the past',
    { role: 'reader', timelines: 'all', expiresAt: '2020-01-01T00:00:00Z' },
    422,
    'refused',
    '/expiresAt',
  ],
  ['an id of its own', { role: 'reader', timelines: 'all', id: 'a' }, 400, 'malformed', '/id'],
];

const rotations: Row[] = [
  ['a list', [], 400, 'malformed', ''],
  ['an overlap below nothing', { overlapSeconds: -1 }, 400, 'malformed', '/overlapSeconds'],
  ['an overlap in quotes', { overlapSeconds: '60' }, 400, 'malformed', '/overlapSeconds'],
  ['an overlap of more than a week', { overlapSeconds: 604_801 }, 400, 'malformed', '/overlapSeconds'],
];

const nobody = 'A'.repeat(16);
const good = JSON.stringify(development({ id: 'known' }));
const line = (fields: object) => JSON.stringify(development(fields));

/** Behind a line that is there already, so that the first line has a receipt, and nothing is stored. */
const lines: [what: string, second: Body, status: number, code: string, at: string | undefined][] = [
  ['half an object', '{"type":', 400, 'malformed-json', '/type'],
  ['a name twice', '{"type":"a","type":"b"}', 400, 'malformed-json', '/type'],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'malformed-json', ''],
  ['a byte order mark', `\ufeff${good}`, 400, 'malformed-json', ''],
  ['a list', `[${good}]`, 400, 'malformed', ''],
  ['a field nobody knows', line({ colour: 'red' }), 400, 'malformed', '/colour'],
  ['a kind there is not', line({ type: 'bounty.offered' }), 422, 'refused', '/type'],
  ['30 February', line({ occurred: '2025-02-30' }), 422, 'refused', '/occurred'],
  ['other content of the id', line({ id: 'known', title: 'Other' }), 409, 'conflicting-id', '/id'],
  ['a line of 257 KiB', `"${'x'.repeat(257 * 1024)}"`, 413, 'line-too-long', undefined],
  ['a line that never ends', 'x'.repeat(1024 * 1024), 413, 'line-too-long', undefined],
];

const bodyTo =
  (path: string, body: unknown) =>
  ({ admin }: World) =>
    posting(JSON.stringify(body), { authorization: admin }, path)({ admin } as World);

export const others: BadInput[] = [
  ...timelines.map((row) => made('a timeline', '/v1/timelines', row)),
  ...keys.map((row) => made('a key', '/v1/keys', row)),
  ...rotations.map((row) => made('a rotation', `/v1/keys/${nobody}/rotate`, row)),
  made('a timeline', '/v1/timelines', ['a slug that is taken', timeline, 409, 'timeline-exists', undefined]),
  ...[nobody, 'short', '..%2f..'].map((id) => ({
    what: `revokes a key that is not there: ${id}`,
    bytes: ({ admin }: World) => request('DELETE', `/v1/keys/${id}`, { authorization: admin }),
    ...{ status: 404, code: id === nobody ? 'unknown-key' : 'not-found' },
  })),
  {
    what: 'lines for a timeline there is not',
    bytes: posting(good, { 'content-type': 'application/x-ndjson' }, '/v1/timelines/nobody/developments'),
    ...{ status: 404, code: 'unknown-timeline' },
  },
  {
    what: 'lines for what takes none',
    bytes: ({ admin }) =>
      posting(
        '{}',
        { authorization: admin, 'content-type': 'application/x-ndjson' },
        '/v1/timelines',
      )({ admin } as World),
    ...{ status: 415, code: 'unsupported-media-type' },
  },
  ...lines.map(([what, second, status, code, at]) => ({
    what: `a second line: ${what}`,
    bytes: posting(
      Buffer.concat([
        Buffer.from(`${good}\n`),
        Buffer.from(second as string),
        Buffer.from(`\n${line({ id: 'behind' })}\n`),
      ]),
      { 'content-type': 'application/x-ndjson' },
      `${story}/developments`,
    ),
    ...{ status, code, line: 2, ...(at !== undefined && { at }) },
  })),
];

function made(noun: string, path: string, [what, body, status, code, at]: Row): BadInput {
  return {
    what: `${noun} of ${what}`,
    bytes: bodyTo(path, body),
    status,
    code,
    ...(at !== undefined && { at }),
  };
}
