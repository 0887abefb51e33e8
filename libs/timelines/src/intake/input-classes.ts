/** Which DTO a development is read by, and what is said of a field that belongs to another. */
import { deskTypes, isInNameSpace, nearest, registryTypes } from '#libs/chronology';
import { compileValidator, type Validator } from './compile-validator.js';
import type { JsonSchema } from './constraints.js';
import { CorrectionInput, DecisionInput } from './desk-input.js';
import { jsonSchemasOf } from './json-schema.js';
import { planOf, type DtoClass } from './plan.js';
import { ActorMergeInput, ActorNameInput, ActorSplitInput, KindInput, PlaceInput } from './registry-input.js';
import { WorldInput } from './world-input.js';

/** What a development is about: the world, other developments, or the newsroom's own vocabulary. */
export type Family = 'world' | 'desk' | 'registry';

export interface InputClass {
  family: Family;
  validate: Validator;
}

const matterOf: Record<Exclude<Family, 'world'>, string> = {
  desk: '`matter` of a desk development is that of its target; leave it out.',
  registry: '`matter` of a registry development follows from its type and slug; leave it out.',
};

const fieldsOf = (dto: DtoClass) => new Set(planOf(dto).fields.keys());
const owners: [fields: Set<string>, where: string][] = [
  [fieldsOf(CorrectionInput), 'a desk development (`record.*`; `replacement` with `record.corrected` alone)'],
  [fieldsOf(ActorNameInput), 'a registry development (`actor.*`, `place.registered`, `kind.defined`)'],
  [fieldsOf(WorldInput), 'a development about the world'],
];

function inputClass(family: Family, dto: DtoClass): InputClass {
  const misplaced = (field: string): string | undefined => {
    if (field === 'matter' && family !== 'world') return matterOf[family];
    const owner = owners.find(([fields]) => fields.has(field));
    return owner && `\`${field}\` belongs to ${owner[1]}, and does not go with this \`type\`; leave it out.`;
  };
  return { family, validate: compileValidator(dto, { misplaced }) };
}

const worldClass = inputClass('world', WorldInput);
const decision = inputClass('desk', DecisionInput);
const actorName = inputClass('registry', ActorNameInput);

const classes = new Map<string, InputClass>([
  ...deskTypes.map((type): [string, InputClass] => [type, decision]),
  ['record.corrected', inputClass('desk', CorrectionInput)],
  ['actor.registered', actorName],
  ['actor.renamed', actorName],
  ['actor.merged', inputClass('registry', ActorMergeInput)],
  ['actor.split', inputClass('registry', ActorSplitInput)],
  ['place.registered', inputClass('registry', PlaceInput)],
  ['kind.defined', inputClass('registry', KindInput)],
]);

/**
 * The class of a `type` as it was sent, or a sentence where its name space is the service's own and knows no
 * such type. Whatever is not in such a name space is about the world.
 */
export function inputClassOf(type: unknown): InputClass | string {
  if (typeof type !== 'string') return worldClass;
  const known = classes.get(type);
  if (known) return known;
  if (!isInNameSpace(type)) return worldClass;
  const types: readonly string[] = type.startsWith('record.') ? deskTypes : registryTypes;
  const near = type.length > 140 ? undefined : nearest(type, types);
  return `There is no such type${near ? `; the nearest is \`${near}\`` : ''} (known: ${types.join(', ')}).`;
}

const inputs: DtoClass[] = [
  WorldInput,
  DecisionInput,
  CorrectionInput,
  ActorNameInput,
  ActorMergeInput,
  ActorSplitInput,
  PlaceInput,
  KindInput,
];

/** JSON Schemas by name, for `components.schemas`; `DevelopmentInput` is any of the others' roots. */
export function developmentJsonSchemas(): Record<string, JsonSchema> {
  const anyOf = inputs.map(({ name }) => ({ $ref: `#/components/schemas/${name}` }));
  return { DevelopmentInput: { anyOf }, ...jsonSchemasOf(...inputs) };
}
