/**
 * Reads class-validator's metadata of a DTO class once. What comes out is all that a check and a JSON Schema
 * need. A decorator that neither would obey is refused here, when the process starts.
 */
import { getMetadataStorage } from 'class-validator';
import { ruleOf, type Rule } from './constraints.js';
import type { NestedContext } from './decorators.js';

export interface FieldPlan {
  name: string;
  required: boolean;
  /** Of the value as it stands. */
  whole: Rule[];
  /** Of each item where the value is a list, else of the value itself. */
  each: Rule[];
  /** The DTO class of the value, or of each item. */
  part: ObjectPlan | null;
}

export interface ObjectPlan {
  name: string;
  fields: Map<string, FieldPlan>;
  required: FieldPlan[];
}

export type DtoClass = (abstract new () => object) & { name: string };

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

const plans = new Map<DtoClass, ObjectPlan>();

export function planOf(dto: DtoClass): ObjectPlan {
  const known = plans.get(dto);
  if (known) return known;
  const plan: ObjectPlan = { name: dto.name, fields: new Map(), required: [] };
  plans.set(dto, plan);
  const metadatas = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  for (const metadata of metadatas) addTo(fieldOf(plan, metadata.propertyName), metadata, dto);
  if (plan.fields.size === 0) throw new Error(`${dto.name} has no fields that class-validator knows`);
  plan.required = [...plan.fields.values()].filter((field) => field.required);
  return plan;
}

function fieldOf(plan: ObjectPlan, name: string): FieldPlan {
  let field = plan.fields.get(name);
  if (!field) plan.fields.set(name, (field = { name, required: true, whole: [], each: [], part: null }));
  return field;
}

function addTo(field: FieldPlan, metadata: Metadata, dto: DtoClass): void {
  const { type, name, constraints = [], each, context } = metadata;
  if (type === 'conditionalValidation' && name === 'isOptional' && !isBent(metadata)) {
    field.required = false;
  } else if (type === 'nestedValidation' && !isBent(metadata, true) && context) {
    field.part = planOf((context as NestedContext).part());
  } else if (type === 'customValidation' && !isBent(metadata)) {
    // A field's decorators are stored from the last to the first.
    (each ? field.each : field.whole).unshift(ruleOf(name, constraints as unknown[]));
  } else {
    throw new Error(`${dto.name}.${field.name}: ${name ?? type} is not understood here`);
  }
}

/** Has an option that changes when a decorator applies, or (ValidateNested always has one) what it says. */
function isBent({ groups, always, validateIf, message }: Metadata, mayHaveMessage = false): boolean {
  return Boolean(groups?.length || always || validateIf || (message && !mayHaveMessage));
}
