/**
 * Random histories of one matter in which late reports, retractions and quarrels over one number crowd a few
 * hours: what a refold that stops early must not overlook.
 */
import fc from 'fast-check';
import type { Quantity, Recorded, WorldContent } from '#libs/chronology';

const hour = 3_600_000;

type Said = Omit<Quantity, 'of'>;

/** Developments of one deployment within a few days, some without quantities, some retracted later. */
export const crowdedHistories = fc
  .array(
    fc.record({
      begin: fc.integer({ min: 0, max: 9 }),
      lasts: fc.constantFrom(1, 1, 4, 20),
      by: fc.constantFrom('reuters', 'afp'),
      said: fc.constantFrom<Said[]>(
        ...[[], [], [{ value: 1 }], [{ value: 2 }], [{ value: 3, prior: 1 }]],
        ...[[{ delta: 1 }], [{ delta: 1 }, { value: 2 }]],
      ),
      retracts: fc.oneof(fc.constant(null), fc.constant(null), fc.nat(30)),
      isUndated: fc.integer({ min: 0, max: 60 }).map((dice) => dice === 0),
    }),
    { minLength: 1, maxLength: 16, size: 'max' },
  )
  .map((steps) => steps.map((step, position) => crowdedEntry(step, position)));

function crowdedEntry(
  step: {
    begin: number;
    lasts: number;
    by: string;
    said: Said[];
    retracts: number | null;
    isUndated: boolean;
  },
  position: number,
): Recorded {
  const common = {
    id: `d${position}`,
    matter: 'm',
    attribution: { by: step.by, record: 'publisher' },
  } as const;
  const recorded = { position, recordedAt: 0, version: position + 1 };
  if (step.retracts !== null && position > 0) {
    const target = `d${step.retracts % position}`;
    const content = { ...common, type: 'record.retracted', target, reason: 'wrong' } as const;
    return { ...recorded, content, bounds: null };
  }
  const latest = (step.begin + step.lasts) * hour;
  const quantities = step.said.map((said): Quantity => ({ of: 'troops', ...said }));
  const content: WorldContent = {
    ...common,
    type: 'deployment.reinforced',
    title: 'T',
    occurred: '2025',
    timezone: 'UTC',
    quantities,
    mode: 'actual',
    assertion: 'reported',
  };
  return {
    ...recorded,
    content,
    bounds: { earliest: step.isUndated ? -Infinity : step.begin * hour, latest },
  };
}
