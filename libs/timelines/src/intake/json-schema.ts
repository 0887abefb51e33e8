/**
 * The same metadata and the same table of constraints as JSON Schema 2020-12, the dialect of OpenAPI 3.1. What
 * JSON Schema cannot say (a real date, a known zone, a field that depends on another) stands in descriptions.
 */
import type { JsonSchema } from './constraints.js';
import { planOf, type DtoClass, type FieldPlan, type ObjectPlan } from './plan.js';

const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** The schemas of DTO classes and of all their parts, by class name. */
export function jsonSchemasOf(...dtos: DtoClass[]): Record<string, JsonSchema> {
  const schemas: Record<string, JsonSchema> = {};
  for (const dto of dtos) collect(planOf(dto), schemas);
  return schemas;
}

function collect(plan: ObjectPlan, schemas: Record<string, JsonSchema>): void {
  if (schemas[plan.name]) return;
  const properties: Record<string, JsonSchema> = {};
  schemas[plan.name] = {
    type: 'object',
    required: plan.required.map((field) => field.name),
    properties,
    additionalProperties: false,
  };
  for (const field of plan.fields.values()) {
    properties[field.name] = fieldSchema(field);
    if (field.part) collect(field.part, schemas);
  }
}

function fieldSchema(field: FieldPlan): JsonSchema {
  const whole: JsonSchema = Object.assign({}, ...field.whole.map((rule) => rule.schema));
  const each: JsonSchema = Object.assign({}, ...field.each.map((rule) => rule.schema));
  const item = field.part ? refTo(field.part.name) : each;
  let schema = whole;
  if (whole.type === 'array') schema = { ...whole, items: item };
  else if (whole.minItems !== undefined) schema = { anyOf: [item, { type: 'array', ...whole, items: item }] };
  else if (field.part) schema = item;
  return field.required ? schema : nullable(schema);
}

/** Absent and null are the same, so a field that may be absent may be null. */
function nullable(schema: JsonSchema): JsonSchema {
  if (typeof schema.type === 'string' && !schema.enum) return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}
