/** Values by JSON Schema, as far as the service's document uses it: most of them fit, some are tampered with. */
import fc from 'fast-check';

type Schema = Record<string, any>;

/** Values that fields of a name might well have, so that something is recorded and found again. */
export type Likely = Record<string, readonly unknown[]>;

/** Strings that were trouble for somebody once. */
export const oddTexts = [
  ...[
    '',
    ' ',
    '\u0000',
    '\r\n',
    '\ud800',
    '\ufeff',
    '\u202e',
    'é',
    '😀',
    '%',
    '%00',
    '..',
    '../..',
    '/',
    '\\',
  ],
  ...["'", '"', "' or 1=1 --", '$1', '{{7*7}}', '=cmd()', '<script>', '__proto__', 'constructor'],
  ...['toString', 'null', 'undefined', 'NaN', 'true', '0', '-0', '-1', '1e3', '1e400', '9007199254740993'],
  ...['2025-02-30', '2025-02-29', '0000-01-01', '9999-12-31T23:59:60Z', '2025-08-29T24:00:00Z', '2025-21'],
  ...['-2025-01-01T00:00:00Z', '+275760-09-13T00:00:00Z', '[..2025]', '2025-XX', '2025/..', '?', '*'],
  ...['dateline:x', 'record.held', 'a.b', 'actor/a', 'x'.repeat(129), 'x'.repeat(501), 'x'.repeat(3_000)],
];

const oddValues: unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER, [], {}, [[]], [null], { a: 1 }],
  ...oddTexts,
];

const oddText = fc.constantFrom(...oddTexts);
const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }) },
  oddText,
);
const instant = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

export class Values {
  private readonly known = new Map<string, fc.Arbitrary<unknown>>();

  constructor(
    private readonly components: Record<string, Schema>,
    private readonly likely: Likely,
  ) {}

  /** A value that fits the schema, as far as the schema says it all. */
  of(schema: Schema, name = ''): fc.Arbitrary<unknown> {
    const likely = schema['enum'] ? undefined : this.likely[name];
    const plain = this.plain(schema);
    return likely ? fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...likely) }, plain) : plain;
  }

  private plain(schema: Schema): fc.Arbitrary<unknown> {
    if (schema['$ref']) return this.referred(schema['$ref'] as string);
    if ('const' in schema) return fc.constant(schema['const']);
    if (schema['enum']) return fc.constantFrom(...(schema['enum'] as unknown[]));
    if (schema['anyOf']) return fc.oneof(...(schema['anyOf'] as Schema[]).map((each) => this.of(each)));
    const types = [schema['type'] ?? []].flat() as string[];
    if (types.length > 1) return fc.oneof(...types.map((type) => this.plain({ ...schema, type })));
    switch (types[0]) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'integer':
        return fc.integer({ min: schema['minimum'] ?? -5, max: schema['maximum'] ?? 50 });
      case 'number':
        return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
      case 'array':
        return fc.array(this.of(schema['items'] ?? {}), {
          minLength: schema['minItems'] ?? 0,
          maxLength: Math.min(schema['maxItems'] ?? 3, 3),
        });
      case 'object':
        return this.object(schema);
      case 'string':
        return stringOf(schema);
      default:
        return fc.constantFrom(...oddValues);
    }
  }

  private referred(pointer: string): fc.Arbitrary<unknown> {
    const name = pointer.split('/').at(-1)!;
    let known = this.known.get(name);
    if (!known) this.known.set(name, (known = this.of(this.components[name]!)));
    return known;
  }

  private object({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
    const fields = Object.entries<Schema>(properties)
      .filter(([, schema]) => !schema['not'])
      .map(([name, schema]) => [name, this.of(schema, name)] as const);
    const must = fields.filter(([name]) => required.includes(name));
    const may = fields.filter(([name]) => !required.includes(name));
    const always = fc.record(Object.fromEntries(must));
    // A few of the optional ones at a time, else nothing would ever be right as a whole.
    return fc
      .subarray(may, { maxLength: Math.min(5, may.length) })
      .chain((some) => fc.tuple(always, fc.record(Object.fromEntries(some))))
      .map(([a, b]) => ({ ...a, ...b }));
  }
}

const url = fc.webUrl();
const slug = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,12}$/);

function stringOf({ pattern, format, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return instant;
  if (format === 'uri') return url;
  if (typeof pattern === 'string') return pattern.includes('a-z0-9-') ? slug : fc.oneof(slug, text);
  return text.filter((given) => given.length >= minLength && given.length <= maxLength);
}

/** Where to go in a value, what to do there, and with what. */
const mutation = fc.record({
  steps: fc.array(fc.nat(), { maxLength: 4 }),
  how: fc.constantFrom('replace', 'replace', 'drop', 'add'),
  at: fc.nat(),
  odd: fc.constantFrom(...oddValues),
});

/** The value, one time in three with up to three things in it that do not belong there. */
export function tampered(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const mutations = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    fc.array(mutation, { minLength: 1, maxLength: 3 }),
  );
  return fc.tuple(values, mutations).map(([value, all]) => all.reduce(mutate, structuredClone(value)));
}

type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

function mutate(value: unknown, { steps, how, at, odd }: Mutation): unknown {
  if (typeof value !== 'object' || value === null) return odd;
  let here = value as Record<string, unknown>;
  for (const step of steps) {
    const inner = Object.values(here).filter((each) => typeof each === 'object' && each !== null);
    if (inner.length > 0) here = inner[step % inner.length] as Record<string, unknown>;
  }
  const names = Object.keys(here);
  const name = how === 'add' || names.length === 0 ? 'extra' : names[at % names.length]!;
  if (Array.isArray(here)) here.splice(at % (here.length + 1), how === 'add' ? 0 : 1, structuredClone(odd));
  else if (how === 'drop') delete here[name];
  else here[name] = structuredClone(odd);
  return value;
}
