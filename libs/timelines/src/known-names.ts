import { deskTypes, type KindTable, nearest, phaseOf, registryTypes, splitType } from '#libs/chronology';
import { InvalidParameter } from './errors.js';

/** Kinds of desk and registry developments: they are in the log, and no matter has them. */
const otherTypes: readonly string[] = [...deskTypes, ...registryTypes];

/** @throws InvalidParameter that names the nearest kind */
export function checkKind(kind: string, kinds: KindTable, others: readonly string[] = []): void {
  if (kinds.has(kind) || others.includes(kind)) return;
  throw unknown('kind', kind, [...kinds.keys(), ...others]);
}

/** A kind that the log can be filtered by: also those of desk and registry developments. */
export function checkLogKind(kind: string, kinds: KindTable): void {
  checkKind(kind, kinds, [...new Set(otherTypes.map((type) => splitType(type)[0]))]);
}

/** @throws InvalidParameter that names the nearest panel */
export function checkPanel(panel: string, kinds: KindTable): void {
  const panels = new Set([...kinds.values()].map((row) => row.panel));
  if (!panels.has(panel)) throw unknown('panel', panel, panels);
}

/** @throws InvalidParameter that names the nearest type: `kind.phase` */
export function checkLogType(type: string, kinds: KindTable): void {
  const [name, phase] = splitType(type);
  const kind = kinds.get(name);
  if (otherTypes.includes(type) || (kind && phaseOf(kind, phase))) return;
  const types = [...kinds.values()].flatMap((row) => row.phases.map((each) => `${row.kind}.${each.phase}`));
  throw unknown('type', type, [...types, ...otherTypes]);
}

function unknown(parameter: string, name: string, known: Iterable<string>): InvalidParameter {
  return new InvalidParameter(
    parameter,
    `there is no ${parameter} ${name}; the nearest is ${nearest(name, known)}`,
  );
}
