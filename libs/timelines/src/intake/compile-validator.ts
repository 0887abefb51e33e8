import { nearest } from '#libs/chronology';
import type { Rule } from './constraints.js';
import { planOf, type DtoClass, type FieldPlan, type ObjectPlan } from './plan.js';

/** Something that is wrong with what was sent. `pointer` is RFC 6901. */
export interface Problem {
  pointer: string;
  /** A sentence: what, where, and how to mend it. */
  detail: string;
}

export interface Findings {
  /** Of the wrong shape (400). */
  malformed: Problem[];
  /** Of the right shape, but refused by a rule (422). */
  refused: Problem[];
  /** Some field is null, which means the same as absent. */
  nulls: boolean;
}

export interface ValidatorOptions {
  /** Why a field that is known elsewhere is out of place here: a sentence, or undefined. */
  misplaced?: (field: string) => string | undefined;
}

/** `pointer` is where `value` stands in the whole text. */
export type Validator = (value: Record<string, unknown>, pointer?: string) => Findings;

/** What the ledger adds to a development, and nobody may send. */
const ledgerOwned = new Set(['position', 'recordedAt', 'recordedBy', 'version', 'bounds', 'leafHash']);

/** Enough to mend a development by; a body of nothing but faults must not make a longer answer. */
const maxProblems = 50;

/**
 * A checker with the verdict of class-validator's `validateSync(plainToInstance(dto, value), { whitelist,
 * forbidNonWhitelisted })`, at some hundredth of its cost: the decorators are read once, here. Unknown fields
 * are refused at every depth. Throws for a decorator that it does not understand.
 */
export function compileValidator(dto: DtoClass, { misplaced }: ValidatorOptions = {}): Validator {
  const plan = planOf(dto);
  return (value, pointer = '') => {
    const findings: Findings = { malformed: [], refused: [], nulls: false };
    checkObject(plan, value, pointer, findings, misplaced);
    return findings;
  };
}

function checkObject(
  plan: ObjectPlan,
  object: Record<string, unknown>,
  pointer: string,
  findings: Findings,
  misplaced?: (field: string) => string | undefined,
): void {
  let present = 0;
  for (const name in object) {
    const field = plan.fields.get(name);
    const value = object[name];
    if (field === undefined) {
      add(findings.malformed, at(pointer, name), unknownField(plan, name, misplaced));
    } else if (value === null || value === undefined) {
      findings.nulls = true;
    } else {
      if (field.required) present++;
      checkField(field, value, object, pointer, findings);
    }
  }
  if (present === plan.required.length) return;
  for (const { name } of plan.required)
    if (object[name] === undefined || object[name] === null)
      add(findings.malformed, at(pointer, name), `\`${name}\` is required; add it.`);
}

function checkField(
  field: FieldPlan,
  value: unknown,
  owner: object,
  parent: string,
  findings: Findings,
): void {
  for (const rule of field.whole)
    if (!rule.accepts(value, owner)) return complain(findings, at(parent, field.name), field.name, rule);
  if (field.each.length === 0 && field.part === null) return;
  if (!Array.isArray(value)) return checkItem(field, value, owner, parent, null, findings);
  for (let index = 0; index < value.length; index++)
    checkItem(field, value[index], owner, parent, index, findings);
}

/** An item of a list, or (index null) the one value that stands where a list might. */
function checkItem(
  field: FieldPlan,
  item: unknown,
  owner: object,
  parent: string,
  index: number | null,
  findings: Findings,
): void {
  for (const rule of field.each)
    if (!rule.accepts(item, owner)) {
      const subject = index === null ? field.name : `${field.name}[${index}]`;
      return complain(findings, itemAt(parent, field.name, index), subject, rule);
    }
  if (field.part)
    checkObject(field.part, item as Record<string, unknown>, itemAt(parent, field.name, index), findings);
}

function itemAt(parent: string, name: string, index: number | null): string {
  return index === null ? at(parent, name) : `${at(parent, name)}/${index}`;
}

/** The pointer of a member. */
export function at(parent: string, name: string): string {
  return `${parent}/${name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name}`;
}

function complain(findings: Findings, pointer: string, subject: string, rule: Rule): void {
  add(rule.refuses ? findings.refused : findings.malformed, pointer, `\`${subject}\` ${rule.complaint}.`);
}

function add(problems: Problem[], pointer: string, detail: string): void {
  if (problems.length < maxProblems) problems.push({ pointer, detail });
}

function unknownField(
  plan: ObjectPlan,
  name: string,
  misplaced?: (field: string) => string | undefined,
): string {
  if (ledgerOwned.has(name)) return `\`${name}\` is added by the ledger; leave it out.`;
  const elsewhere = misplaced?.(name);
  if (elsewhere !== undefined) return elsewhere;
  const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
  const known = [...plan.fields.keys()];
  const near = nearTo(name, known);
  return `There is no field ${shown} here; ${near ? `did you mean \`${near}\`` : 'leave it out'} (known: ${known.join(', ')}).`;
}

/** The nearest name, if it is near enough to be what was meant. */
function nearTo(name: string, known: string[]): string | undefined {
  if (name.length > 60) return undefined;
  const near = nearest(name.toLowerCase(), known);
  return near?.[0] === name[0]?.toLowerCase() ? near : undefined;
}
