/** The decorators of the DTOs that class-validator lacks, each a row of the table of constraints. */
import 'reflect-metadata';
import { Type } from 'class-transformer';
import { ValidateBy, ValidateNested, type ValidationOptions } from 'class-validator';
import { ruleOf, type ConstraintName } from './constraints.js';

/** Any number of items that a list in a development may have. */
export const listLimit = 100;

type PartClass = new () => object;

/** Where a nested DTO's class is found again: class-validator keeps it with the metadata of the field. */
export interface NestedContext {
  part: () => PartClass;
}

function decorate(
  name: ConstraintName,
  args: readonly unknown[],
  options?: ValidationOptions,
): PropertyDecorator {
  const { accepts, complaint } = ruleOf(name, args);
  const validator = {
    validate: (value: unknown, at?: { object: object }) => accepts(value, at?.object ?? {}),
    defaultMessage: () => `$property ${complaint}`,
  };
  return ValidateBy({ name, constraints: [...args], validator }, options) as PropertyDecorator;
}

function all(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => decorators.forEach((apply) => apply(target, property));
}

function nested(part: () => PartClass, each: boolean): PropertyDecorator {
  const context: NestedContext = { part };
  return all(ValidateNested({ each, context }) as PropertyDecorator, Type(part));
}

export const Slug = (options?: ValidationOptions) => decorate('slug', [], options);
export const DevelopmentId = () => decorate('developmentId', []);
export const NewId = () => decorate('newId', []);
export const WorldType = () => decorate('worldType', []);
export const PhaseStep = (options?: ValidationOptions) => decorate('phaseStep', [], options);
export const Sha256 = () => decorate('sha256', []);
export const Country = () => decorate('country', []);
export const Line = (max = 500, options?: ValidationOptions) => decorate('line', [max], options);
export const Prose = (max = 20_000) => decorate('prose', [max]);
export const Attributed = (max = 500) => decorate('attributed', [max]);
export const WebUrl = () => decorate('webUrl', []);
export const Language = () => decorate('language', []);
export const InstantText = () => decorate('instant', []);
export const DateOrInstant = () => decorate('dateOrInstant', []);
export const TimeZone = () => decorate('timeZone', []);
export const Geometry = () => decorate('geometry', []);
export const Unchangeable = (why: string) => decorate('unchangeable', [why]);

/** A list of `min` to `listLimit` items; what each must be stands in decorators with `each`. */
export const List = (min = 0) => decorate('list', [min, listLimit]);

/** An object of a DTO class of its own. */
export const Part = (part: () => PartClass) => all(decorate('part', []), nested(part, false));

/** A list of such objects. */
export const Parts = (part: () => PartClass) =>
  all(List(), decorate('part', [], { each: true }), nested(part, true));

/** One such object, or a list of at least one. */
export const PartOrParts = (part: () => PartClass) =>
  all(decorate('partOrList', [listLimit]), decorate('part', [], { each: true }), nested(part, true));
