import { describe, expect, it } from '@jest/globals';
import { builtInKinds } from '#libs/chronology';
import { readDevelopment, type ReadDevelopment } from './read-development.js';

const by = { by: 'cbs-news', record: 'publisher' };
const world = {
  type: 'reward.changed',
  matter: 'us-reward-maduro',
  title: 'Reward doubled',
  occurred: '2025-08-07',
  attribution: by,
};
const desk = { type: 'record.confirmed', target: 'VE-001', reason: 'Seen by two desks', attribution: by };
const correction = { ...desk, type: 'record.corrected', replacement: {} };
const actor = {
  type: 'actor.registered',
  registry: { slug: 'nicolas-maduro', name: 'Nicolás Maduro' },
  attribution: by,
};
const place = { type: 'place.registered', registry: { slug: 'caracas', name: 'Caracas' }, attribution: by };
const kind = {
  type: 'kind.defined',
  registry: { slug: 'strike', phases: ['called', 'held|averted'], closed: ['averted'], panel: 'strikes' },
  attribution: by,
};

function read(value: unknown): ReadDevelopment {
  return readDevelopment(value, { kinds: builtInKinds, timezone: 'America/Caracas' });
}

function draftOf(value: unknown): unknown {
  const result = read(value);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.draft;
}

const quantity = (given: object) => ({ ...world, quantities: [{ of: 'reward', ...given }] });
const source = (given: object) => ({ ...world, sources: [given] });
const replace = (replacement: unknown) => ({ ...correction, replacement });
const geometry = (given: unknown) => ({ ...place, registry: { ...place.registry, geometry: given } });
const without = (value: Record<string, unknown>, field: string) => ({ ...value, [field]: undefined });

const malformed: [title: string, value: unknown, pointer: string, says: string][] = [
  ['a string', 'x', '', 'must be a JSON object'],
  ['null', null, '', 'must be a JSON object'],
  ['a list', [world], '', 'must be a JSON object'],
  ['no type', without(world, 'type'), '/type', 'is required'],
  ['null for a required field', { ...world, title: null }, '/title', 'is required'],
  ['a type of another kind of value', { ...world, type: 7 }, '/type', 'a kind and a phase'],
  ['a type without a phase', { ...world, type: 'reward' }, '/type', 'a kind and a phase'],
  ['a type in capitals', { ...world, type: 'Reward.changed' }, '/type', 'a kind and a phase'],
  ['no matter', without(world, 'matter'), '/matter', 'is required'],
  ['a matter with a space', { ...world, matter: 'us reward' }, '/matter', 'must be a slug'],
  ['a matter of 129 characters', { ...world, matter: 'a'.repeat(129) }, '/matter', 'must be a slug'],
  ['a matter that begins with a hyphen', { ...world, matter: '-a' }, '/matter', 'must be a slug'],
  ['a matter with a line feed at its end', { ...world, matter: 'a\n' }, '/matter', 'must be a slug'],
  ['an empty title', { ...world, title: '' }, '/title', '1 to 500'],
  ['a title of 501 characters', { ...world, title: '😀'.repeat(501) }, '/title', '1 to 500'],
  ['a title in two lines', { ...world, title: 'a\nb' }, '/title', 'control character'],
  ['a title with a C1 control', { ...world, title: 'a\u0085b' }, '/title', 'control character'],
  ['a text with a tab', { ...world, text: 'a\tb' }, '/text', 'line feed'],
  ['a text of 20,001 characters', { ...world, text: 'a'.repeat(20_001) }, '/text', '20000'],
  ['an id with a space', { ...world, id: 'VE 001' }, '/id', '1 to 128'],
  ['an id outside ASCII', { ...world, id: 'VÉ' }, '/id', '1 to 128'],
  ['an id of the service', { ...world, id: 'dateline:1' }, '/id', 'dateline:'],
  ['a number for an id', { ...world, id: 1 }, '/id', '1 to 128'],
  ['occurred as a number', { ...world, occurred: 2025 }, '/occurred', 'must be text'],
  ['an unknown mode', { ...world, mode: 'done' }, '/mode', 'actual, planned, hypothetical, negated'],
  ['an unknown assertion', { ...world, assertion: 'said' }, '/assertion', 'one of reported'],
  ['an unknown field', { ...world, tittle: 'x' }, '/tittle', 'did you mean `title`'],
  ['an unknown field near nothing', { ...world, zzz: 1 }, '/zzz', 'leave it out (known: id, matter'],
  ['an unknown field that is null', { ...world, zzz: null }, '/zzz', 'leave it out'],
  ['a field name with a slash', { ...world, 'a/b~c': 1 }, '/a~1b~0c', 'There is no field "a/b~c"'],
  ['a position', { ...world, position: 4 }, '/position', 'added by the ledger'],
  [
    'a recordedBy in a part',
    quantity({ value: 1, recordedBy: 'x' }),
    '/quantities/0/recordedBy',
    'by the ledger',
  ],
  ['bounds in a replacement', replace({ bounds: {} }), '/replacement/bounds', 'by the ledger'],
  ['a target of a world type', { ...world, target: 'x' }, '/target', 'belongs to a desk development'],
  ['a replacement of a world type', { ...world, replacement: {} }, '/replacement', 'record.corrected'],
  ['a registry of a world type', { ...world, registry: {} }, '/registry', 'belongs to a registry'],
  ['a mode of a desk type', { ...desk, mode: 'actual' }, '/mode', 'about the world'],
  ['a matter of a desk type', { ...desk, matter: 'x' }, '/matter', 'that of its target'],
  ['a replacement of another desk type', { ...desk, replacement: {} }, '/replacement', 'record.corrected'],
  [
    'an embargo of a desk type',
    { ...desk, embargoedUntil: '2025-01-01T00:00:00Z' },
    '/embargoedUntil',
    'world',
  ],
  ['a matter of a registry type', { ...actor, matter: 'actor/x' }, '/matter', 'follows from its type'],
  ['occurred of a registry type', { ...actor, occurred: '2025' }, '/occurred', 'about the world'],
  ['no target', without(desk, 'target'), '/target', 'is required'],
  ['no reason', without(desk, 'reason'), '/reason', 'is required'],
  ['a target with a space', { ...desk, target: 'a b' }, '/target', 'must be an id'],
  ['a correction without replacement', without(correction, 'replacement'), '/replacement', 'is required'],
  ['a list for a replacement', replace([]), '/replacement', 'must be an object'],
  ['a bad title in a replacement', replace({ title: '' }), '/replacement/title', '1 to 500'],
  [
    'a bad part in a replacement',
    replace({ places: [{ ref: 'x' }] }),
    '/replacement/places/0/precision',
    'required',
  ],
  ['a target in a replacement', replace({ target: 'x' }), '/replacement/target', 'no field'],
  ['no attribution', without(world, 'attribution'), '/attribution', 'is required'],
  ['no attribution in the list', { ...world, attribution: [] }, '/attribution', 'list of 1 to 100'],
  ['a string for an attribution', { ...world, attribution: 'cbs' }, '/attribution', 'must be an object'],
  [
    'a string among attributions',
    { ...world, attribution: [by, 'cbs'] },
    '/attribution/1',
    '`attribution[1]`',
  ],
  [
    'free text on record',
    { ...world, attribution: { by: 'A man', record: 'on-record' } },
    '/attribution/by',
    'slug',
  ],
  ['no record', { ...world, attribution: { by: 'cbs-news' } }, '/attribution/record', 'is required'],
  ['an empty via', { ...world, attribution: { ...by, via: '' } }, '/attribution/via', '1 to 500'],
  ['actors that are no list', { ...world, actors: 'maduro' }, '/actors', 'list of 0 to 100'],
  ['101 actors', { ...world, actors: Array(101).fill('a') }, '/actors', 'list of 0 to 100'],
  ['an actor that is no slug', { ...world, actors: ['a', 'B'] }, '/actors/1', 'must be a slug'],
  ['a null among recipients', { ...world, recipients: [null] }, '/recipients/0', 'must be a slug'],
  ['a list among places', { ...world, places: [[]] }, '/places/0', 'must be an object'],
  [
    'an unknown precision',
    { ...world, places: [{ ref: 'a', precision: 'near' }] },
    '/places/0/precision',
    'vicinity',
  ],
  ['a number in quotes', quantity({ value: '5' }), '/quantities/0/value', 'without quotes'],
  ['a number that is none', quantity({ value: NaN }), '/quantities/0/value', 'a number'],
  ['a quantity of nothing', { ...world, quantities: [{ value: 1 }] }, '/quantities/0/of', 'is required'],
  [
    'an unknown priorBasis',
    quantity({ value: 1, prior: 0, priorBasis: 'x' }),
    '/quantities/0/priorBasis',
    'stated',
  ],
  ['a quote without text', { ...world, quote: { speaker: 'x' } }, '/quote/text', 'is required'],
  [
    'a language that is none',
    { ...world, quote: { text: 'x', language: 'english!' } },
    '/quote/language',
    'BCP 47',
  ],
  ['an ftp URL', source({ url: 'ftp://x.org/a' }), '/sources/0/url', 'http or https'],
  ['a script for a URL', source({ url: 'javascript:alert(1)' }), '/sources/0/url', 'http or https'],
  ['a URL without a host', source({ url: 'https://' }), '/sources/0/url', 'http or https'],
  ['a URL with a space', source({ url: 'https://x.org/a b' }), '/sources/0/url', 'http or https'],
  [
    'a day that no calendar has',
    source({ title: 'x', publishedAt: '2025-02-29' }),
    '/sources/0/publishedAt',
    'date',
  ],
  [
    'a date for retrievedAt',
    source({ title: 'x', retrievedAt: '2025-02-28' }),
    '/sources/0/retrievedAt',
    'instant',
  ],
  ['an instant without offset', { ...world, reportedAt: '2025-08-07T10:00:00' }, '/reportedAt', 'RFC 3339'],
  ['a short digest', source({ title: 'x', sha256: 'abc' }), '/sources/0/sha256', '64 hexadecimal'],
  ['a date for embargoedUntil', { ...world, embargoedUntil: '2025-08-07' }, '/embargoedUntil', 'instant'],
  ['an unknown relation', { ...world, related: [{ rel: 'is', id: 'x' }] }, '/related/0/rel', 'caused-by'],
  ['a relation to nothing', { ...world, related: [{ rel: 'agrees' }] }, '/related/0/id', 'is required'],
  ['a registry without slug', { ...actor, registry: { name: 'x' } }, '/registry/slug', 'is required'],
  [
    'a field of another registry type',
    { ...actor, registry: { ...actor.registry, into: 'x' } },
    '/registry/into',
    'no',
  ],
  [
    'an unknown actorType',
    { ...actor, registry: { ...actor.registry, actorType: 'ship' } },
    '/registry/actorType',
    'state',
  ],
  [
    'a merge into nothing',
    { ...actor, type: 'actor.merged', registry: { slug: 'x' } },
    '/registry/into',
    'required',
  ],
  [
    'a country in small letters',
    { ...place, registry: { ...place.registry, country: 've' } },
    '/registry/country',
    '3166',
  ],
  [
    'a point beyond the pole',
    geometry({ type: 'Point', coordinates: [0, 91] }),
    '/registry/geometry',
    'GeoJSON',
  ],
  ['a circle', geometry({ type: 'Circle', coordinates: [0, 1] }), '/registry/geometry', 'GeoJSON'],
  [
    'an open ring',
    geometry({
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 1],
        ],
      ],
    }),
    '/registry/geometry',
    'end where',
  ],
  [
    'a feature',
    geometry({ type: 'Point', coordinates: [0, 1], properties: {} }),
    '/registry/geometry',
    'nothing else',
  ],
  [
    'a kind without phases',
    { ...kind, registry: { ...kind.registry, phases: [] } },
    '/registry/phases',
    '1 to 100',
  ],
  [
    'a phase with a dot',
    { ...kind, registry: { ...kind.registry, phases: ['a.b'] } },
    '/registry/phases/0',
    'phase',
  ],
];

const refused: [title: string, value: unknown, pointer: string, says: string][] = [
  ['an unknown kind', { ...world, type: 'rewards.changed' }, '/type', 'nearest is `reward`'],
  [
    'an unknown phase',
    { ...world, type: 'reward.changd' },
    '/type',
    'nearest is `changed` (known: offered, changed',
  ],
  ['an unknown desk type', { ...desk, type: 'record.correct' }, '/type', 'nearest is `record.corrected`'],
  ['an unknown registry type', { ...actor, type: 'actor.named' }, '/type', 'nearest is `actor.renamed`'],
  ['an unknown zone', { ...world, timezone: 'Mars/Olympus' }, '/timezone', 'IANA'],
  ['a season', { ...world, occurred: '2025-21' }, '/occurred', 'Accepted are'],
  ['a day that no calendar has', { ...world, occurred: '2025-02-29' }, '/occurred', 'Accepted are'],
  ['a reversed interval', { ...world, occurred: '2025-08-02/2025-08-01' }, '/occurred', 'ends before'],
  [
    'a local time in a gap',
    { ...world, timezone: 'America/New_York', occurred: '2025-03-09T02:30:00' },
    '/occurred',
    'skipped',
  ],
  [
    'a day that was skipped',
    { ...world, timezone: 'Pacific/Apia', reportedAt: '2011-12-30' },
    '/reportedAt',
    'skipped',
  ],
  ['a value and a delta', quantity({ value: 1, delta: 2 }), '/quantities/0', 'exactly one'],
  ['a value and a range', quantity({ value: 1, low: 1, high: 2 }), '/quantities/0', 'exactly one'],
  ['a quantity that says nothing', quantity({}), '/quantities/0', 'exactly one'],
  ['a prior alone', quantity({ prior: 1 }), '/quantities/0', 'exactly one'],
  ['half a range', quantity({ low: 1 }), '/quantities/0', 'go together'],
  ['a range that is reversed', quantity({ low: 2, high: 1 }), '/quantities/0/low', 'greater than'],
  [
    'a priorBasis without prior',
    quantity({ value: 2, priorBasis: 'stated' }),
    '/quantities/0/priorBasis',
    'add `prior`',
  ],
  ['a source that names nothing', source({ publishedAt: '2025-08-07' }), '/sources/0', 'at least one'],
  ['such a source of the desk', { ...desk, sources: [{ url: null }] }, '/sources/0', 'at least one'],
  ['another id in a replacement', replace({ id: 'x' }), '/replacement/id', 'cannot be corrected'],
  ['another matter in a replacement', replace({ matter: 'x' }), '/replacement/matter', 'record it anew'],
  [
    'another embargo',
    replace({ embargoedUntil: '2025-01-01T00:00:00Z' }),
    '/replacement/embargoedUntil',
    'embargo-lifted',
  ],
  [
    'null for a required field of a replacement',
    replace({ title: null }),
    '/replacement/title',
    'taken away',
  ],
  ['null for a field with a default', replace({ mode: null }), '/replacement/mode', 'taken away'],
  ['a desk type in a replacement', replace({ type: 'claim.mad' }), '/replacement/type', 'nearest is `made`'],
  ['a season in a replacement', replace({ occurred: '2025-21' }), '/replacement/occurred', 'Accepted are'],
  [
    'an empty quantity in a replacement',
    replace({ quantities: [{ of: 'x' }] }),
    '/replacement/quantities/0',
    'one',
  ],
  ['a zone of a replacement', replace({ timezone: 'Nowhere' }), '/replacement/timezone', 'IANA'],
  [
    'a kind named as a name space',
    { ...kind, registry: { ...kind.registry, slug: 'record' } },
    '/registry/slug',
    'space',
  ],
  [
    'a phase that stands twice',
    { ...kind, registry: { ...kind.registry, phases: ['a', 'averted|a'] } },
    '/registry/phases/1',
    'twice',
  ],
  [
    'a closed phase that is none',
    { ...kind, registry: { ...kind.registry, closed: ['x'] } },
    '/registry/closed/0',
    'among',
  ],
];

describe('a development is malformed with', () => {
  it.each(malformed)('%s', (_title, value, pointer, says) =>
    expectProblem('malformed', value, pointer, says),
  );
});

describe('a development is refused with', () => {
  it.each(refused)('%s', (_title, value, pointer, says) => expectProblem('refused', value, pointer, says));
});

function expectProblem(fault: string, value: unknown, pointer: string, says: string): void {
  const result = read(value);
  if (result.ok) throw new Error('accepted');
  expect({ fault: result.fault, pointers: result.problems.map((problem) => problem.pointer) }).toEqual({
    fault,
    pointers: [pointer],
  });
  expect(result.problems[0]!.detail).toContain(says);
  expect(result.problems[0]!.detail).toMatch(/^[A-Z`].*\.$/);
}

describe('what is found wrong', () => {
  it('is told all at once, but malformed before refused', () => {
    const result = read({ type: 'reward.changed', quantities: [{ of: 'x', value: '1' }, { of: 'y' }], x: 1 });
    if (result.ok) throw new Error('accepted');
    expect(result.fault).toBe('malformed');
    expect(result.problems.map(({ pointer }) => pointer)).toEqual([
      '/quantities/0/value',
      '/x',
      '/matter',
      '/attribution',
      '/title',
      '/occurred',
    ]);
  });

  it('is told where it stands in the whole text', () => {
    const options = { kinds: builtInKinds, timezone: 'UTC', pointer: '/3' };
    const pointers = [{ ...world, x: 1 }, { ...world, type: 'a.b' }, { ...desk, type: 'record.x' }, 7].map(
      (value) => {
        const result = readDevelopment(value, options);
        return result.ok ? [] : result.problems.map(({ pointer }) => pointer);
      },
    );
    expect(pointers).toEqual([['/3/x'], ['/3/type'], ['/3/type'], ['/3']]);
  });

  it('is at most fifty things', () => {
    const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x${i}`, 1]));
    const result = read({ ...world, ...fields });
    expect(result.ok || result.problems.length).toBe(50);
  });
});

describe('a draft', () => {
  it('of the world has its defaults: zone, mode, assertion', () => {
    expect(draftOf(world)).toEqual({
      ...world,
      timezone: 'America/Caracas',
      mode: 'actual',
      assertion: 'reported',
    });
  });

  it('keeps what was sent instead of a default', () => {
    const given = { ...world, id: 'VE-9', timezone: 'UTC', mode: 'planned', assertion: 'claimed' };
    expect(draftOf(given)).toEqual(given);
  });

  it("was reported when its first source was published, unless it says when; another source's date is none", () => {
    const sources = [{ title: 'a', publishedAt: '2025-08-08' }, { title: 'b' }];
    expect(draftOf({ ...world, sources })).toMatchObject({ reportedAt: '2025-08-08' });
    expect(draftOf({ ...world, sources, reportedAt: '2025-08-09' })).toMatchObject({
      reportedAt: '2025-08-09',
    });
    expect(draftOf({ ...world, sources: sources.toReversed() })).not.toHaveProperty('reportedAt');
  });

  it('is the same with fields absent and with fields null, at every depth', () => {
    const nulls = { id: null, mode: null, actors: null, quote: null, sources: [{ title: 'x', url: null }] };
    const given = { ...world, ...nulls, places: [{ ref: 'a', precision: 'exact' }] };
    expect(draftOf(given)).toEqual(draftOf({ ...world, sources: [{ title: 'x' }], places: given.places }));
  });

  it('of a correction keeps the nulls that take a field away, and those alone', () => {
    const replacement = { quote: null, actors: ['a'], places: [{ ref: 'a', precision: 'exact' }], text: 'x' };
    const sources = [{ title: 'x', url: null }];
    expect(draftOf({ ...correction, title: null, replacement: { ...replacement, sources } })).toEqual({
      ...correction,
      replacement: { ...replacement, sources: [{ title: 'x' }] },
    });
  });

  it('of the desk has no matter and no defaults', () => {
    expect(draftOf({ ...desk, target: 'dateline:embargo:1' })).toEqual({
      ...desk,
      target: 'dateline:embargo:1',
    });
  });

  it.each([
    [actor, 'actor/nicolas-maduro'],
    [{ ...actor, type: 'actor.renamed' }, 'actor/nicolas-maduro'],
    [{ ...actor, type: 'actor.merged', registry: { slug: 'a', into: 'b' } }, 'actor/a'],
    [{ ...actor, type: 'actor.split', registry: { slug: 'a' } }, 'actor/a'],
    [place, 'place/caracas'],
    [
      geometry({
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [0, 0],
              [1, 0],
              [1, 1],
              [0, 0],
            ],
          ],
        ],
      }),
      'place/caracas',
    ],
    [kind, 'kind/strike'],
  ])('of a registry type has the matter of its slug: %j', (given, matter) => {
    expect(draftOf(given)).toEqual({ ...given, matter });
  });

  it.each([
    [
      'an anonymous source in free text',
      { attribution: { by: 'A US official', record: 'anonymous', via: 'Reuters' } },
    ],
    ['several attributions', { attribution: [by, { by: 'pam-bondi', record: 'on-record' }] }],
    ['words alone', { quantities: [{ of: 'troops', text: 'thousands' }] }],
    [
      'words beside a number',
      { quantities: [{ of: 'troops', value: 4000, text: 'some 4,000', prior: 3000 }] },
    ],
    ['a range of one value', { quantities: [{ of: 'troops', low: 1, high: 1 }] }],
    [
      'a text of several lines',
      { text: 'a\n\nb', quote: { text: 'a\nb', language: 'pt-BR', speaker: 'Lula' } },
    ],
    ['500 characters beyond the BMP', { title: '😀'.repeat(500) }],
    ['empty lists', { actors: [], places: [], sources: [], quantities: [], related: [] }],
    ['still in effect', { occurred: '/..' }],
    ['an upper-case scheme', { sources: [{ url: 'HTTPS://x.org' }] }],
  ])('may have %s', (_title, fields) => {
    expect(draftOf({ ...world, ...fields })).toMatchObject(fields);
  });

  it('leaves what it was made of as it was', () => {
    const given = structuredClone({ ...world, id: null, sources: [{ title: 'x', url: null }] });
    const before = structuredClone(given);
    draftOf(given);
    expect(given).toEqual(before);
  });
});
