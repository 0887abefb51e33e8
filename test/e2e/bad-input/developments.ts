/** Developments that are not what one may be, field for field. */
import { development } from '../development.js';
import { type BadInput, posting } from './row.js';

type Row = [what: string, body: unknown, at: string];

const attribution = { by: 'desk', record: 'on-record' };
const desk = (fields: object) => ({
  type: 'record.held',
  target: 'known',
  reason: 'Why',
  attribution,
  ...fields,
});
const fix = (replacement: unknown) => desk({ type: 'record.corrected', replacement });
const quantity = (fields: object) => development({ quantities: [{ of: 'a', ...fields }] });
const source = (fields: object) => development({ sources: [fields] });
const place = (geometry: unknown) => ({
  type: 'place.registered',
  registry: { slug: 'a', name: 'A', geometry },
  attribution,
});
const kind = (fields: object) => ({
  type: 'kind.defined',
  registry: { slug: 'siege', phases: ['begun', 'ended'], panel: 'sieges', ...fields },
  attribution,
});
const without = (field: string) => development({ [field]: undefined });

const malformed: Row[] = [
  ['null', null, ''],
  ['a number', 42, ''],
  ['an empty list', [], ''],
  ['1,001 developments', Array(1_001).fill({}), ''],
  ['a list in a list', [[development()]], '/0'],
  ['nothing in it', {}, '/matter'],
  ['no type', without('type'), '/type'],
  ['no title', without('title'), '/title'],
  ['null for a title', development({ title: null }), '/title'],
  ['a number for a title', development({ title: 7 }), '/title'],
  ['an empty title', development({ title: '' }), '/title'],
  ['a title of 501 characters', development({ title: 'x'.repeat(501) }), '/title'],
  ['CR LF in a title', development({ title: 'a\r\nSet-Cookie: b' }), '/title'],
  ['an escape sequence in a title', development({ title: '\u001b[31mred' }), '/title'],
  ['a C1 control in a title', development({ title: 'a\u0085b' }), '/title'],
  ['CR in a text', development({ text: 'a\r\nb' }), '/text'],
  ['a text of 20,001 characters', development({ text: 'x'.repeat(20_001) }), '/text'],
  ['no attribution', without('attribution'), '/attribution'],
  ['an empty list of attributions', development({ attribution: [] }), '/attribution'],
  [
    'an attribution to a name',
    development({ attribution: { by: 'A Man', record: 'on-record' } }),
    '/attribution/by',
  ],
  [
    'an attribution of no known sort',
    development({ attribution: { by: 'a', record: 'rumour' } }),
    '/attribution/record',
  ],
  ['an id of 3 kB', development({ id: 'x'.repeat(3_000) }), '/id'],
  ['an id with a space', development({ id: 'a b' }), '/id'],
  ['an id with CR LF', development({ id: 'a\r\nb' }), '/id'],
  ['an id beyond ASCII', development({ id: 'é' }), '/id'],
  ['an empty id', development({ id: '' }), '/id'],
  ['an id of the service’s own', development({ id: 'dateline:embargo' }), '/id'],
  ['SQL for a slug', development({ matter: "a'; drop table ledger_entry; --" }), '/matter'],
  ['a path for a slug', development({ matter: '../../etc/passwd' }), '/matter'],
  ['a matter in capitals', development({ matter: 'US' }), '/matter'],
  ['a matter that looks alike', development({ matter: 'us-revаrd' }), '/matter'],
  ['a matter of the registry', development({ matter: 'actor/a' }), '/matter'],
  ['a slug of 129 characters', development({ matter: 'x'.repeat(129) }), '/matter'],
  ['a type without its dot', development({ type: 'reward' }), '/type'],
  ['a type with two dots', development({ type: 'reward.offered.again' }), '/type'],
  ['a position', development({ position: 0 }), '/position'],
  ['a version', development({ version: 1 }), '/version'],
  ['a recordedAt', development({ recordedAt: '2020-01-01T00:00:00Z' }), '/recordedAt'],
  ['a recordedBy', development({ recordedBy: 'me' }), '/recordedBy'],
  ['a leafHash', development({ leafHash: 'a' }), '/leafHash'],
  ['bounds', development({ bounds: { earliest: null } }), '/bounds'],
  ['a field nobody knows', development({ colour: 'red' }), '/colour'],
  ['a field nobody knows, of 3 kB', development({ ['x'.repeat(3_000)]: 1 }), `/${'x'.repeat(3_000)}`],
  [
    'a field nobody knows, at depth',
    development({ places: [{ ref: 'a', precision: 'exact', lat: 1 }] }),
    '/places/0/lat',
  ],
  ['a field with a slash in its name', development({ 'a/b~c': 1 }), '/a~1b~0c'],
  ['a target on a world type', development({ target: 'known' }), '/target'],
  ['a reason on a world type', development({ reason: 'x' }), '/reason'],
  ['a replacement on a world type', development({ replacement: {} }), '/replacement'],
  ['a registry entry on a world type', development({ registry: {} }), '/registry'],
  ['a desk type without a reason', desk({ reason: undefined }), '/reason'],
  ['a desk type without a target', desk({ target: undefined }), '/target'],
  ['a desk type with a matter', desk({ matter: 'us-reward-maduro' }), '/matter'],
  ['a correction without a replacement', desk({ type: 'record.corrected' }), '/replacement'],
  ['a replacement that is a list', fix([]), '/replacement'],
  ['a replacement with a position', fix({ position: 7 }), '/replacement/position'],
  ['a mode there is not', development({ mode: 'maybe' }), '/mode'],
  ['an assertion there is not', development({ assertion: 'certain' }), '/assertion'],
  ['101 actors', development({ actors: Array(101).fill('a') }), '/actors'],
  ['one actor for a list', development({ actors: 'us-government' }), '/actors'],
  ['an actor in capitals', development({ actors: ['a', 'US'] }), '/actors/1'],
  ['null in a list', development({ actors: [null] }), '/actors/0'],
  [
    'a place of no known precision',
    development({ places: [{ ref: 'a', precision: 'about' }] }),
    '/places/0/precision',
  ],
  ['digits in quotes', quantity({ value: '15' }), '/quantities/0/value'],
  ['true for a number', quantity({ value: true }), '/quantities/0/value'],
  ['a quantity of nothing', development({ quantities: [{ value: 1 }] }), '/quantities/0/of'],
  ['javascript: for a URL', source({ url: 'javascript:alert(1)' }), '/sources/0/url'],
  ['data: for a URL', source({ url: 'data:text/html,<script>' }), '/sources/0/url'],
  ['file: for a URL', source({ archiveUrl: 'file:///etc/passwd' }), '/sources/0/archiveUrl'],
  ['a URL without a host', source({ url: 'http://' }), '/sources/0/url'],
  ['a URL with a line feed', source({ url: 'https://a.example/\nb' }), '/sources/0/url'],
  ['a URL with a backslash', source({ url: 'https:\\\\a.example' }), '/sources/0/url'],
  ['a digest that is too short', source({ title: 'a', sha256: 'abc' }), '/sources/0/sha256'],
  [
    'a date there is not, of a source',
    source({ title: 'a', publishedAt: '2025-02-30' }),
    '/sources/0/publishedAt',
  ],
  ['a reportedAt of 29 February 2025', development({ reportedAt: '2025-02-29' }), '/reportedAt'],
  ['a reportedAt without its offset', development({ reportedAt: '2025-02-28T10:00:00' }), '/reportedAt'],
  ['a reportedAt at 25 o’clock', development({ reportedAt: '2025-02-28T25:00:00Z' }), '/reportedAt'],
  ['an embargo until a date', development({ embargoedUntil: '2030-01-01' }), '/embargoedUntil'],
  ['a language there is not', development({ language: 'not a language' }), '/language'],
  ['a relation there is not', development({ related: [{ rel: 'like', id: 'known' }] }), '/related/0/rel'],
  ['a latitude of 91', place({ type: 'Point', coordinates: [0, 91] }), '/registry/geometry'],
  [
    'a polygon that does not end where it begins',
    place({
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [2, 2],
        ],
      ],
    }),
    '/registry/geometry',
  ],
  ['a phase that is no slug', kind({ phases: ['Begun'] }), '/registry/phases/0'],
  ['a kind without phases', kind({ phases: [] }), '/registry/phases'],
  ['the second of two', [development(), { type: 7 }], '/1/type'],
];

const refused: Row[] = [
  ['a kind there is not', development({ type: 'bounty.offered' }), '/type'],
  ['a kind that every object has', development({ type: 'constructor.offered' }), '/type'],
  ['a phase there is not', development({ type: 'reward.doubled' }), '/type'],
  ['a desk type there is not', desk({ type: 'record.erased' }), '/type'],
  ['a registry type there is not', { ...kind({}), type: 'kind.erased' }, '/type'],
  ['30 February', development({ occurred: '2025-02-30' }), '/occurred'],
  ['29 February 2025', development({ occurred: '2025-02-29' }), '/occurred'],
  ['a thirteenth month', development({ occurred: '2025-13' }), '/occurred'],
  ['25 o’clock', development({ occurred: '2025-08-29T25:00:00Z' }), '/occurred'],
  ['24 o’clock', development({ occurred: '2025-08-29T24:00:00Z' }), '/occurred'],
  ['a time that the clocks skip', development({ occurred: '2025-03-09T02:30:00' }), '/occurred'],
  ['a season', development({ occurred: '2025-21' }), '/occurred'],
  ['digits left open', development({ occurred: '2025-XX-1X' }), '/occurred'],
  ['an interval turned around', development({ occurred: '2025-09-01/2025-08-01' }), '/occurred'],
  ['a set with an open end', development({ occurred: '[2025-08-01..]' }), '/occurred'],
  ['a year of five digits', development({ occurred: 'Y20250' }), '/occurred'],
  ['a date in words', development({ occurred: 'last Tuesday' }), '/occurred'],
  ['a date the American way', development({ occurred: '08/29/2025' }), '/occurred'],
  ['SQL for a date', development({ occurred: "2025-08-29' or 1=1 --" }), '/occurred'],
  ['a zone there is not', development({ timezone: 'Mars/Olympus' }), '/timezone'],
  ['a zone as a path', development({ timezone: '../../etc/localtime' }), '/timezone'],
  ['low above high', quantity({ low: 2, high: 1 }), '/quantities/0/low'],
  ['low without high', quantity({ low: 2 }), '/quantities/0'],
  ['value and delta', quantity({ value: 1, delta: 1 }), '/quantities/0'],
  ['value and a range', quantity({ value: 1, low: 1, high: 2 }), '/quantities/0'],
  ['a quantity that says nothing', quantity({ unit: 'USD' }), '/quantities/0'],
  ['a basis of no prior', quantity({ value: 1, priorBasis: 'stated' }), '/quantities/0/priorBasis'],
  ['a source that says nothing', source({ sha256: 'a'.repeat(64) }), '/sources/0'],
  ['a correction of an id', fix({ id: 'other' }), '/replacement/id'],
  ['a correction of a matter', fix({ matter: 'other' }), '/replacement/matter'],
  [
    'a correction of an embargo',
    fix({ embargoedUntil: '2030-01-01T00:00:00Z' }),
    '/replacement/embargoedUntil',
  ],
  ['a title taken away', fix({ title: null }), '/replacement/title'],
  ['a date there is not, by correction', fix({ occurred: '2025-02-30' }), '/replacement/occurred'],
  ['a kind named like a name space', kind({ slug: 'record' }), '/registry/slug'],
  ['a phase twice', kind({ phases: ['begun', 'begun'] }), '/registry/phases/1'],
  ['a closed phase there is not', kind({ closed: ['over'] }), '/registry/closed/0'],
];

const others: [what: string, body: unknown, status: number, code: string, at: string][] = [
  [
    'a second development of an id',
    development({ id: 'known', title: 'Other' }),
    409,
    'conflicting-id',
    '/id',
  ],
  [
    'one id twice, with other content',
    [development({ id: 'a' }), development({ id: 'a', title: 'b' })],
    409,
    'conflicting-id',
    '/1/id',
  ],
  ['another kind for a matter', development({ type: 'office.left' }), 422, 'matter-has-kind', '/type'],
  ['another kind, by correction', fix({ type: 'office.left' }), 422, 'type-leaves-kind', '/replacement/type'],
  ['a target there is not', desk({ target: 'nobody' }), 422, 'unknown-target', '/target'],
  ['a target of 3 kB', desk({ target: 'x'.repeat(3_000) }), 400, 'malformed', '/target'],
  ['a target that is a decision', desk({ target: 'decision' }), 422, 'unknown-target', '/target'],
  [
    'a target later in the list',
    [desk({ target: 'later' }), development({ id: 'later' })],
    422,
    'unknown-target',
    '/0/target',
  ],
  ['a redaction by a recorder', desk({ type: 'record.redacted' }), 403, 'forbidden', '/type'],
  ['the end of an embargo by a recorder', desk({ type: 'record.embargo-lifted' }), 403, 'forbidden', '/type'],
];

export const developments: BadInput[] = [
  ...malformed.map(([what, body, at]) => row(what, body, 400, 'malformed', at)),
  ...refused.map(([what, body, at]) => row(what, body, 422, 'refused', at)),
  ...others.map(([what, body, status, code, at]) => row(what, body, status, code, at)),
];

function row(what: string, body: unknown, status: number, code: string, at: string): BadInput {
  return { what, bytes: posting(JSON.stringify(body)), status, code, at };
}
