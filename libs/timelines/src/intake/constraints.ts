/**
 * What a field of a DTO may be asked to be: one table, from which come the check that runs, the sentence that
 * says what is wrong, and the JSON Schema that OpenAPI shows. The names are those under which class-validator
 * stores a decorator, so the table reads its own decorators (decorators.ts) and class-validator's alike.
 */
import { isZone } from '#libs/chronology';
import { geometryTypes, isGeometry } from './geometry.js';
import * as grammar from './grammar.js';

export type JsonSchema = { [keyword: string]: unknown };

export interface Rule {
  /** `owner` is the object in which `value` stands, for what depends on a field beside it. */
  accepts(value: unknown, owner: object): boolean;
  /** Goes on after the field's name: what it must be, and so how to mend it. */
  complaint: string;
  schema: JsonSchema;
  /** Well-formed, but refused (422); else malformed (400). */
  refuses?: true;
}

function text(check: (value: string) => boolean, complaint: string, schema: JsonSchema = {}): Rule {
  return {
    accepts: (value) => typeof value === 'string' && check(value),
    complaint,
    schema: { type: 'string', ...schema },
  };
}

function pattern(pattern: RegExp, complaint: string): Rule {
  return text((value) => pattern.test(value), complaint, { pattern: pattern.source });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const slugWords = 'must be a slug: 1 to 128 of a-z, 0-9 and hyphen, beginning with a letter or digit';

/** Takes what class-validator stores as a decorator's `constraints`. */
export const constraints = {
  isIn: (values: readonly string[]): Rule => ({
    accepts: (value) => values.includes(value as string),
    complaint: `must be one of ${values.join(', ')}`,
    schema: { type: 'string', enum: values },
  }),
  isNumber: (options: object = {}): Rule => {
    if (Object.keys(options).length > 0) throw new Error('isNumber takes no options here');
    return {
      accepts: (value) => typeof value === 'number' && Number.isFinite(value),
      complaint: 'must be a number, without quotes',
      schema: { type: 'number' },
    };
  },
  part: (): Rule => ({ accepts: isObject, complaint: 'must be an object', schema: {} }),
  list: (min: number, max: number): Rule => ({
    accepts: (value) => Array.isArray(value) && value.length >= min && value.length <= max,
    complaint: `must be a list of ${min} to ${max} items`,
    schema: { type: 'array', minItems: min, maxItems: max },
  }),
  partOrList: (max: number): Rule => ({
    accepts: (value) => (Array.isArray(value) ? value.length > 0 && value.length <= max : isObject(value)),
    complaint: `must be an object, or a list of 1 to ${max} of them`,
    schema: { minItems: 1, maxItems: max },
  }),

  slug: (): Rule => pattern(grammar.slugPattern, slugWords),
  developmentId: (): Rule => pattern(grammar.idPattern, 'must be an id: 1 to 128 of the characters ! to ~'),
  newId: (): Rule =>
    text(grammar.isNewId, 'must be 1 to 128 of the characters ! to ~, and not begin with `dateline:`', {
      pattern: `^(?!${grammar.reservedIdPrefix})${grammar.idPattern.source.slice(1)}`,
    }),
  worldType: (): Rule =>
    pattern(
      grammar.worldTypePattern,
      'must be a type: a kind and a phase with a dot between them, such as `reward.changed`',
    ),
  phaseStep: (): Rule =>
    pattern(
      new RegExp(`^${grammar.slugSource}(?:\\|${grammar.slugSource})*$`),
      'must be a phase (a slug), or alternatives of one rank with | between them, such as `paid|withdrawn`',
    ),
  sha256: (): Rule => pattern(/^[0-9a-fA-F]{64}$/, 'must be a SHA-256 digest: 64 hexadecimal digits'),
  country: (): Rule => pattern(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code: two capital letters'),
  line: (max: number): Rule =>
    text(
      (value) => grammar.isLine(value, max),
      `must be text in one line: 1 to ${max} characters, none of them a control character`,
      { minLength: 1, maxLength: max, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' },
    ),
  prose: (max: number): Rule =>
    text(
      (value) => grammar.isProse(value, max),
      `must be text: 1 to ${max} characters, no control character but line feed among them`,
      { minLength: 1, maxLength: max, pattern: '^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f]*$' },
    ),
  /** Whom a report is attributed to: a slug beside every `record` but `anonymous`. */
  attributed: (max: number): Rule => ({
    accepts: (value, owner) =>
      typeof value === 'string' &&
      ((owner as { record?: unknown }).record === 'anonymous'
        ? grammar.isLine(value, max)
        : grammar.isSlug(value)),
    complaint: `${slugWords}; or, where \`record\` is \`anonymous\`, text in one line of 1 to ${max} characters`,
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: max,
      description: 'A slug; free text where `record` is `anonymous`.',
    },
  }),
  webUrl: (): Rule => text(grammar.isWebUrl, 'must be an http or https URL', { format: 'uri' }),
  language: (): Rule =>
    text(grammar.isLanguage, 'must be a BCP 47 language tag, such as `es` or `pt-BR`', {
      description: 'BCP 47 language tag.',
    }),
  instant: (): Rule =>
    text(grammar.isInstant, 'must be an RFC 3339 instant with its offset, such as `2025-08-29T04:00:00Z`', {
      format: 'date-time',
    }),
  dateOrInstant: (): Rule =>
    text(
      grammar.isDateOrInstant,
      'must be a date of the calendar (`2025-08-29`), or an RFC 3339 instant with its offset (`2025-08-29T04:00:00Z`)',
      { description: 'A date (its end) or an RFC 3339 instant.' },
    ),
  /** Which names are known changes with the years, so an unknown one is refused, not malformed. */
  timeZone: (): Rule => ({
    ...text(
      isZone,
      'must be a name of the IANA time zone database, in its spelling, such as `America/New_York`',
      {
        description: 'IANA time zone name.',
      },
    ),
    refuses: true,
  }),
  geometry: (): Rule => ({
    accepts: isGeometry,
    complaint:
      `must be a GeoJSON geometry: \`type\` (${geometryTypes.join(', ')}) and \`coordinates\` and nothing else; ` +
      "positions are [longitude, latitude] in degrees, a polygon's rings end where they begin",
    schema: {
      type: 'object',
      required: ['type', 'coordinates'],
      properties: { type: { enum: geometryTypes }, coordinates: { type: 'array' } },
      additionalProperties: false,
    },
  }),
  /** A field that a correction may not name. */
  unchangeable: (why: string): Rule => ({
    accepts: () => false,
    complaint: `cannot be corrected: ${why}`,
    schema: { not: {} },
    refuses: true,
  }),
} satisfies Record<string, (...args: never[]) => Rule>;

export type ConstraintName = keyof typeof constraints;

/** The rule of one decorator. Throws for one that the table does not know. */
export function ruleOf(name: string | undefined, args: readonly unknown[]): Rule {
  if (name === undefined || !Object.hasOwn(constraints, name))
    throw new Error(`No rule is known for the constraint ${name}; add it to the table of constraints`);
  return (constraints[name as ConstraintName] as (...args: readonly unknown[]) => Rule)(...args);
}
