import { InvalidInput, NotYoursToRecord, type Problem } from '../errors.js';
import type { Draft } from '../intake/drafts.js';
import { readDevelopment } from '../intake/read-development.js';
import type { KnownKinds } from './known-kinds.js';

/** What developments are read by. */
export interface Reading {
  kinds: KnownKinds;
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
export async function readAll(bodies: unknown[], reading: Reading): Promise<Draft[]> {
  try {
    return readKnown(bodies, reading);
  } catch (error) {
    // The kind that is missing may have been defined a moment ago, by this process or another.
    const isRefused = error instanceof InvalidInput && error.code === 'refused';
    if (!isRefused || !(await reading.kinds.refresh())) throw error;
    return readKnown(bodies, reading);
  }
}

/** As `readAll`, by the kinds that this process knows without asking. */
export function readKnown(bodies: unknown[], { kinds, timezone, mayNotRecord, prefix }: Reading): Draft[] {
  const drafts: Draft[] = [];
  const faults: Record<'malformed' | 'forbidden' | 'refused', Problem[]> = {
    malformed: [],
    forbidden: [],
    refused: [],
  };
  bodies.forEach((body, index) => {
    const read = readDevelopment(body, { kinds: kinds.table, timezone, pointer: prefix(index) });
    if (!read.ok) return void faults[read.fault].push(...read.problems);
    const lacking = mayNotRecord.get(read.draft.type);
    if (lacking !== undefined) {
      return void faults.forbidden.push({ pointer: `${prefix(index)}/type`, detail: `${lacking}.` });
    }
    kinds.learn(read.draft);
    drafts.push(read.draft);
  });
  if (faults.malformed.length > 0) throw new InvalidInput('malformed', faults.malformed);
  if (faults.forbidden.length > 0) throw new NotYoursToRecord(faults.forbidden);
  if (faults.refused.length > 0) throw new InvalidInput('refused', faults.refused);
  return drafts;
}
