import { slugPattern } from '#libs/timelines';

/** The few forms of JSON Schema (2020-12) that the answers' schemas are written in. */
export type JsonSchema = { [keyword: string]: unknown };

export const text: JsonSchema = { type: 'string' };
export const whole: JsonSchema = { type: 'integer', minimum: 0 };
export const number: JsonSchema = { type: 'number' };
export const flag: JsonSchema = { type: 'boolean' };
export const slug: JsonSchema = { type: 'string', pattern: slugPattern.source };
export const keyId: JsonSchema = { type: 'string', pattern: '^[0-9A-Za-z]{16}$' };
/** RFC 3339, UTC, three fraction digits. */
export const instant: JsonSchema = {
  type: 'string',
  format: 'date-time',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
};
export const hash: JsonSchema = {
  type: 'string',
  pattern: '^[A-Za-z0-9+/]{43}=$',
  description: 'SHA-256 in standard base64.',
};

export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
export const oneOf = (...values: string[]): JsonSchema => ({ type: 'string', enum: values });
export const either = (...schemas: JsonSchema[]): JsonSchema => ({ anyOf: schemas });
export const orNull = (schema: JsonSchema): JsonSchema => either(schema, { type: 'null' });
export const described = (schema: JsonSchema, description: string): JsonSchema => ({
  ...schema,
  description,
});

/** An object with these fields and no others; all of them are there, but for the optional ones. */
export function object(fields: Record<string, JsonSchema>, optional: string[] = []): JsonSchema {
  return {
    type: 'object',
    required: Object.keys(fields).filter((name) => !optional.includes(name)),
    properties: fields,
    additionalProperties: false,
  };
}

/** A page of a list. */
export function page(item: JsonSchema): JsonSchema {
  const next = described(
    { type: ['string', 'null'] },
    'The cursor of the next page, for `after`; null at the end.',
  );
  return object({ items: list(item), next });
}
