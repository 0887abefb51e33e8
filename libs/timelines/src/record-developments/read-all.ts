import type { KindTable } from '#libs/chronology';
import { InvalidInput, NotYoursToRecord, type Problem } from '../errors.js';
import type { Draft } from '../intake/drafts.js';
import { readDevelopment } from '../intake/read-development.js';

/** Types of the vocabulary that no service of this version can carry out: refused, rather than kept and ignored. */
const notYetCarriedOut: Record<string, string> = {
  'kind.defined':
    "Kinds of a timeline's own are not available in this version; use the nearest of the built-in kinds",
};

/** What developments are read by. */
export interface Reading {
  kinds: KindTable;
  timezone: string;
  /** Types that the sender may not record, each with what it would need. */
  mayNotRecord: ReadonlyMap<string, string>;
  /** Where the development with this index stands in what was sent. */
  prefix: (index: number) => string;
}

/**
 * Reads all developments of one request, so that every fault is told at once.
 * @throws InvalidInput with all that is malformed; else NotYoursToRecord; else InvalidInput with all that is refused
 */
export function readAll(bodies: unknown[], { kinds, timezone, mayNotRecord, prefix }: Reading): Draft[] {
  const drafts: Draft[] = [];
  const faults: Record<'malformed' | 'forbidden' | 'refused', Problem[]> = {
    ...{ malformed: [], forbidden: [], refused: [] },
  };
  bodies.forEach((body, index) => {
    const read = readDevelopment(body, { kinds, timezone, pointer: prefix(index) });
    if (!read.ok) return void faults[read.fault].push(...read.problems);
    const lacking = mayNotRecord.get(read.draft.type);
    if (lacking !== undefined) {
      return void faults.forbidden.push({ pointer: `${prefix(index)}/type`, detail: `${lacking}.` });
    }
    const detail = notYetCarriedOut[read.draft.type];
    if (detail !== undefined) return void faults.refused.push({ pointer: `${prefix(index)}/type`, detail });
    drafts.push(read.draft);
  });
  if (faults.malformed.length > 0) throw new InvalidInput('malformed', faults.malformed);
  if (faults.forbidden.length > 0) throw new NotYoursToRecord(faults.forbidden);
  if (faults.refused.length > 0) throw new InvalidInput('refused', faults.refused);
  return drafts;
}
