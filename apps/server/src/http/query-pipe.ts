import type { PipeTransform } from '@nestjs/common';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import { nearest } from '#libs/chronology';
import { InvalidCursor, InvalidParameter } from '#libs/timelines';
import { OpenedCursor } from './cursors.js';
import { cursorRule } from './query-fields.js';
import { shortened } from './shortened.js';

export type QueryClass<T extends object> = new () => T;

/**
 * Reads a query string into its DTO: each parameter at most once, none that the route does not know, each by its
 * rules. Values stay the text that they are.
 */
export class QueryPipe<T extends object> implements PipeTransform<Record<string, unknown>, T> {
  private readonly known: string[];

  constructor(private readonly dto: QueryClass<T>) {
    this.known = parameterNames(dto);
  }

  /** @throws InvalidParameter */
  transform(query: Record<string, unknown>): T {
    const value = new this.dto();
    for (const [name, given] of Object.entries(query)) {
      if (!this.known.includes(name)) throw this.unknown(name);
      if (typeof given !== 'string' && !(given instanceof OpenedCursor))
        throw new InvalidParameter(name, 'is given more than once; give it once');
      // eslint-disable-next-line no-control-regex
      if (/[\u0000-\u001f\u007f]/.test(given as string)) {
        throw new InvalidParameter(name, 'has a control character in it; leave that out');
      }
      (value as Record<string, unknown>)[name] = given;
    }
    const [fault] = this.known.length === 0 ? [] : validateSync(value, { stopAtFirstError: true });
    if (fault) throw refusalOf(fault);
    for (const [name, read] of Object.entries(value)) {
      if (read instanceof OpenedCursor) (value as Record<string, unknown>)[name] = read.plain;
    }
    return value;
  }

  private unknown(name: string): InvalidParameter {
    const told = shortened(name, shown);
    if (this.known.length === 0) return new InvalidParameter(told, 'is not a parameter here; there are none');
    return new InvalidParameter(
      told,
      `is not a parameter here; the nearest is \`${nearest(told, this.known)}\`, all are ${this.known.join(', ')}`,
    );
  }
}

/** Characters of a name or a cursor that are told back. */
const shown = 60;

function refusalOf({ property, value, constraints }: ValidationError): InvalidParameter | InvalidCursor {
  if (cursorRule in constraints!) return new InvalidCursor(shortened(value as string, shown));
  return new InvalidParameter(property, Object.values(constraints!)[0]!);
}

/** The parameters of a query DTO: the properties that class-validator knows of it. */
export function parameterNames(dto: QueryClass<object>): string[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  return [...new Set(metadata.map(({ propertyName }) => propertyName))];
}

/** Of a route without parameters. */
export class NoQuery {}

export const noQuery = new QueryPipe(NoQuery);

/** @throws InvalidParameter where there is any parameter */
export function refuseQuery(query: object): void {
  for (const _ in query) noQuery.transform(query as Record<string, unknown>);
}
