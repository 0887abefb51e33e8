import type { PipeTransform } from '@nestjs/common';
import { getMetadataStorage, validateSync } from 'class-validator';
import { nearest } from '#libs/chronology';
import { InvalidCursor, InvalidParameter, type ParameterFault } from '#libs/timelines';
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

  /** @throws InvalidParameter with all that is wrong; InvalidCursor where nothing else is */
  transform(query: Record<string, unknown>): T {
    const value = new this.dto();
    const faults: ParameterFault[] = [];
    for (const [name, given] of Object.entries(query)) {
      if (faults.length === mostFaults) break;
      const detail = this.faultOf(name, given);
      if (detail === undefined) (value as Record<string, unknown>)[name] = given;
      else faults.push({ parameter: shortened(name, shown), detail });
    }
    const cursors: InvalidCursor[] = [];
    const broken = this.known.length === 0 ? [] : validateSync(value, { stopAtFirstError: true });
    for (const { property, value: given, constraints } of broken) {
      if (cursorRule in constraints!) cursors.push(new InvalidCursor(shortened(given as string, shown)));
      else faults.push({ parameter: property, detail: Object.values(constraints!)[0]! });
    }
    const [first, ...others] = faults;
    if (first) {
      const beside = [...others, ...cursors.flatMap((cursor) => cursor.faults)];
      throw new InvalidParameter(first.parameter, first.detail, beside.slice(0, mostFaults - 1));
    }
    if (cursors[0]) throw cursors[0];
    for (const [name, read] of Object.entries(value)) {
      if (read instanceof OpenedCursor) (value as Record<string, unknown>)[name] = read.plain;
    }
    return value;
  }

  /** What is wrong with a parameter whatever it is about; undefined for nothing. */
  private faultOf(name: string, given: unknown): string | undefined {
    if (!this.known.includes(name)) return this.unknown(shortened(name, shown));
    if (given instanceof OpenedCursor) return undefined;
    if (typeof given !== 'string') return 'is given more than once; give it once';
    // eslint-disable-next-line no-control-regex
    return /[\u0000-\u001f\u007f]/.test(given) ? 'has a control character in it; leave that out' : undefined;
  }

  private unknown(name: string): string {
    if (this.known.length === 0) return 'is not a parameter here; there are none';
    const all = this.known.join(', ');
    return `is not a parameter here; the nearest is \`${nearest(name, this.known)}\`, all are ${all}`;
  }
}

/** Characters of a name or a cursor that are told back. */
const shown = 60;
/** Faults that are told of one query: names that nobody knows may be thousands. */
const mostFaults = 20;

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
