/**
 * Rules over well-formed drafts that need no ledger: what breaks one is refused (422), not malformed. They see
 * a draft without nulls (those in a replacement aside).
 */
import {
  BoundsError,
  computeBounds,
  nameSpaces,
  nearest,
  phaseOf,
  resolveInstantOrDate,
  splitType,
  type KindTable,
  type Quantity,
  type RegistryContent,
  type Replacement,
  type Source,
} from '#libs/chronology';
import { at, type Problem } from './compile-validator.js';
import { lasting } from './world-input.js';

/** Fields that a world development and a replacement share, each maybe absent. */
type Reported = Replacement | { [K in keyof Replacement]: Exclude<Replacement[K], null> };

/** `timezone` is that in which a date is read where the development names none. */
export function reportedProblems(
  reported: Reported,
  kinds: KindTable,
  timezone: string,
  pointer: string,
): Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: string, detail: string) => problems.push({ pointer: pointer + field, detail });
  const zone = reported.timezone ?? timezone;
  if (reported.type) refuseUnknownType(reported.type, kinds, refuse);
  if (reported.occurred) refuseUnboundOccurred(reported.occurred, zone, refuse);
  if (reported.reportedAt && resolveInstantOrDate(reported.reportedAt, zone) === undefined)
    refuse('/reportedAt', `\`reportedAt\` is a day that the clocks of ${zone} skipped; give an instant.`);
  reported.quantities?.forEach((quantity, i) => refuseQuantity(quantity, `/quantities/${i}`, refuse));
  refuseSources(reported.sources, refuse);
  return problems;
}

/** The zone of a correction's target is not known here, so local times are read in one without gaps. */
export function replacementProblems(replacement: Replacement, kinds: KindTable, pointer: string): Problem[] {
  const problems = reportedProblems(replacement, kinds, 'UTC', pointer);
  for (const [field, value] of Object.entries(replacement))
    if (value === null && lasting.has(field))
      problems.push({
        pointer: at(pointer, field),
        detail: `\`${field}\` cannot be taken away; give another value, or leave it as it is.`,
      });
  return problems;
}

export function kindProblems({ slug, ...rest }: RegistryContent['registry'], pointer: string): Problem[] {
  const { phases, closed = [] } = rest as { phases: string[]; closed?: string[] };
  const problems: Problem[] = [];
  const refuse = (field: string, detail: string) => problems.push({ pointer: pointer + field, detail });
  if ((nameSpaces as readonly string[]).includes(slug))
    refuse('/slug', `\`${slug}\` is a name space of its own; choose another name.`);
  const known = new Set<string>();
  phases.forEach((step, i) => {
    for (const phase of step.split('|')) {
      if (known.has(phase)) refuse(`/phases/${i}`, `The phase \`${phase}\` stands twice; keep one.`);
      known.add(phase);
    }
  });
  closed.forEach((phase, i) => {
    if (!known.has(phase))
      refuse(`/closed/${i}`, `\`${phase}\` is not among \`phases\`; add it, or leave it out.`);
  });
  return problems;
}

type Refuse = (field: string, detail: string) => void;

function refuseUnknownType(type: string, kinds: KindTable, refuse: Refuse): void {
  const [kindName, phase] = splitType(type);
  const kind = kinds.get(kindName);
  if (!kind) {
    const near = nearest(kindName, kinds.keys());
    refuse(
      '/type',
      `There is no kind \`${kindName}\`; the nearest is \`${near}\` (known: ${[...kinds.keys()].join(', ')}).`,
    );
  } else if (!phaseOf(kind, phase)) {
    const phases = kind.phases.map((row) => row.phase);
    const near = nearest(phase, phases);
    refuse(
      '/type',
      `Kind \`${kindName}\` has no phase \`${phase}\`; the nearest is \`${near}\` (known: ${phases.join(', ')}).`,
    );
  }
}

function refuseUnboundOccurred(occurred: string, zone: string, refuse: Refuse): void {
  try {
    computeBounds(occurred, zone, 0);
  } catch (error) {
    if (!(error instanceof BoundsError)) throw error;
    refuse('/occurred', error.detail);
  }
}

function refuseQuantity(quantity: Quantity, field: string, refuse: Refuse): void {
  const { value, low, high, delta, text, prior, priorBasis } = quantity;
  const ranged = low !== undefined || high !== undefined;
  const ways = Number(value !== undefined) + Number(ranged) + Number(delta !== undefined);
  if (ways > 1 || (ways === 0 && text === undefined))
    refuse(
      field,
      'A quantity has exactly one of `value`, `low` with `high`, `delta`, or `text` alone; keep one.',
    );
  else if (ranged && (low === undefined || high === undefined))
    refuse(field, '`low` and `high` go together; add the other, or give a `value`.');
  else if (low! > high!) refuse(`${field}/low`, '`low` is greater than `high`; turn them around.');
  if (priorBasis !== undefined && prior === undefined)
    refuse(`${field}/priorBasis`, '`priorBasis` says where `prior` is from; add `prior`, or leave both out.');
}

/** Of any development: a source says who published it, what it is called, or where it lies. */
export function sourceProblems(sources: Source[] | undefined, pointer: string): Problem[] {
  const problems: Problem[] = [];
  refuseSources(sources, (field, detail) => problems.push({ pointer: pointer + field, detail }));
  return problems;
}

function refuseSources(sources: Source[] | null | undefined, refuse: Refuse): void {
  sources?.forEach(({ publisher, title, url }, i) => {
    if (publisher === undefined && title === undefined && url === undefined)
      refuse(`/sources/${i}`, 'A source has at least one of `publisher`, `title` and `url`; add one.');
  });
}
