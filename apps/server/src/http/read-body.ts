import { validateSync } from 'class-validator';
import { nearest } from '#libs/chronology';
import { InvalidInput, type Problem } from '#libs/timelines';

/** How a body is read: its class, and the names of its fields. */
export interface BodyShape<T extends object> {
  /** What it is called in a sentence: `A timeline`. */
  noun: string;
  dto: new () => T;
  fields: string[];
}

/**
 * Reads a JSON object by the rules of its class; absent and null are the same.
 * @throws InvalidInput with all that is wrong
 */
export function readBody<T extends object>({ noun, dto, fields }: BodyShape<T>, value: unknown): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInput('malformed', [
      { pointer: '', detail: `${noun} must be a JSON object; send one.` },
    ]);
  }
  const unknown = Object.keys(value).filter((name) => !fields.includes(name));
  const body = Object.assign(new dto(), value);
  const faults = validateSync(body).map(({ property, constraints }): Problem => {
    return { pointer: `/${property}`, detail: Object.values(constraints!)[0]! };
  });
  const problems = [...unknown.map((name) => unknownField(noun, name, fields)), ...faults];
  if (problems.length > 0) throw new InvalidInput('malformed', problems);
  return body;
}

function unknownField(noun: string, name: string, fields: string[]): Problem {
  const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return { pointer, detail: `${noun} has no such field; the nearest is \`${nearest(name, fields)}\`.` };
}
