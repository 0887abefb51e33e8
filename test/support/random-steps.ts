/** The steps that random histories are built from: plain values, so that fast-check can shrink them. */
import fc from 'fast-check';
import type {
  Assertion,
  Attribution,
  DeskType,
  Mode,
  Place,
  Quantity,
  Relation,
  WorldContent,
} from '#libs/chronology';
import { occurrences, reportDates, timezones } from './random-occurred.js';

/** Numbers that pick something (a matter, a phase, a target) are taken modulo what there is. */
export interface WorldStep extends Pick<WorldContent, 'occurred' | 'timezone' | 'mode' | 'assertion'> {
  step: 'world';
  /** Milliseconds since the step before. */
  wait: number;
  matter: number;
  phase: number;
  /** Picks a report of the same matter, of whose step and date this is another account. */
  retells?: number;
  attribution: Attribution | Attribution[];
  actors?: string[];
  recipients?: string[];
  places?: Place[];
  quantities?: Quantity[];
  reportedAt?: string;
  relation?: RelationStep;
  /** Milliseconds from being recorded to `embargoedUntil`. */
  embargo?: number;
}

export interface RelationStep {
  rel: Relation['rel'];
  to: number;
}

export interface DeskStep {
  step: 'desk';
  wait: number;
  type: DeskType;
  target: number;
  /** Laid over the target if the type is `record.corrected`. */
  changes: Changes;
}

export interface Changes {
  title?: string;
  phase?: number;
  occurred?: string;
  timezone?: string;
  reportedAt?: string;
  mode?: Mode;
  assertion?: Assertion;
  attribution?: Attribution;
  actors?: string[] | null;
  recipients?: string[] | null;
  places?: Place[] | null;
  quantities?: Quantity[] | null;
  relation?: RelationStep | null;
}

export interface RegistryStep {
  step: 'registry';
  wait: number;
  actor: string;
}

export type Step = WorldStep | DeskStep | RegistryStep;

type Weighted<T> = [weight: number, value: T][];

function weighted<T>(pairs: Weighted<T>): fc.Arbitrary<T> {
  return fc.oneof(...pairs.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));
}

const picks = fc.nat({ max: 999 });
const waits = fc.constantFrom(0, 0, 1, 1000, 3_600_000);
const actors = fc.constantFrom('us-navy', 'us-marines', 've-government');
const actorLists = fc.uniqueArray(actors, { minLength: 1, maxLength: 2 });
const places = fc.record<Place>({
  ref: fc.constantFrom('caracas', 'puerto-rico'),
  precision: fc.constantFrom('exact', 'vicinity', 'region'),
});
const placeLists = fc.array(places, { minLength: 1, maxLength: 2 });
const modes = weighted<Mode>([
  [8, 'actual'],
  [2, 'planned'],
  [1, 'hypothetical'],
  [1, 'negated'],
]);
const assertions = fc.constantFrom<Assertion>(
  'reported',
  'claimed',
  'alleged',
  'denied',
  'assessed',
  'unknown',
);

/** An anonymous source may even bear a publisher's name, and is still not that publisher. */
const oneAttribution = fc.oneof(
  fc.record<Attribution>({
    by: fc.constantFrom('reuters', 'ap', 'us-navy'),
    record: fc.constantFrom('publisher', 'on-record'),
  }),
  fc.record<Attribution>({
    by: fc.constantFrom('a senior official', 'reuters'),
    via: fc.constant('reuters'),
    record: fc.constant('anonymous'),
  }),
);
const attributions = fc.oneof(
  { weight: 4, arbitrary: oneAttribution },
  { weight: 1, arbitrary: fc.array(oneAttribution, { minLength: 1, maxLength: 2 }) },
);

const numbers = fc.constantFrom(10, 20, 25, 50, 0.1);
const ranges = fc.constantFrom({ low: 10, high: 20 }, { low: 20, high: 50 });
const words = sometimes(6, fc.constant('dozens of them'));
const forms: fc.Arbitrary<Partial<Quantity>> = fc.oneof(
  { weight: 6, arbitrary: numbers.map((value) => ({ value })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(numbers, numbers)
      .map(([value, prior]) => ({ value, prior, priorBasis: 'stated' as const })),
  },
  { weight: 3, arbitrary: ranges },
  { weight: 3, arbitrary: fc.constantFrom(-10, 5, 25, 0.2).map((delta) => ({ delta })) },
  { weight: 1, arbitrary: fc.constant({ text: 'thousands' }) },
);
const quantities: fc.Arbitrary<Quantity> = fc
  .tuple(
    fc.constantFrom('troops', 'troops', 'troops', 'troops', 'aircraft', 'money'),
    sometimes(5, fc.constantFrom('person', 'unit')),
    words,
    forms,
  )
  .map(([of, unit, text, form]) => ({ of, ...(unit && { unit }), ...(text && { text }), ...form }));
const quantityLists = fc.array(quantities, { minLength: 1, maxLength: 3 });

const relations = fc.record<RelationStep>({
  rel: fc.constantFrom('agrees', 'responds-to', 'responds-to', 'caused-by'),
  to: picks,
});
/** The first phase more often than the others: sources quarrel about the same step. */
const phases = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: picks });

/** Present in about one of `oneIn`. */
function sometimes<T>(oneIn: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof(
    { weight: oneIn - 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: arbitrary as fc.Arbitrary<T | undefined> },
  );
}

/** Absent fields are left out, as in a development. */
function present<T extends object>(step: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const fields = Object.entries(step).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields) as { [K in keyof T]: Exclude<T[K], undefined> };
}

const worldSteps: fc.Arbitrary<WorldStep> = fc
  .record({
    step: fc.constant('world' as const),
    wait: waits,
    matter: picks,
    phase: phases,
    retells: sometimes(2, picks),
    occurred: occurrences,
    timezone: timezones,
    mode: modes,
    assertion: assertions,
    attribution: attributions,
    actors: sometimes(2, actorLists),
    recipients: sometimes(5, actorLists),
    places: sometimes(4, placeLists),
    quantities: fc.oneof(
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: quantityLists },
    ),
    reportedAt: sometimes(4, reportDates),
    relation: sometimes(3, relations),
    embargo: sometimes(10, fc.constantFrom(-3_600_000, 0, 3_600_000, 86_400_000)),
  })
  .map(present);

const change: fc.Arbitrary<Changes> = fc.oneof(
  fc.record({ title: fc.constantFrom('A better title', 'Another title') }),
  fc.record({ phase: phases }),
  fc.record({ occurred: occurrences }),
  fc.record({ occurred: occurrences }),
  fc.record({ timezone: timezones }),
  fc.record({ reportedAt: reportDates }),
  fc.record({ mode: modes }),
  fc.record({ assertion: assertions }),
  fc.record({ attribution: oneAttribution }),
  fc.record({ actors: fc.oneof(actorLists, fc.constant(null), fc.constant<string[]>([])) }),
  fc.record({ recipients: fc.oneof(actorLists, fc.constant(null)) }),
  fc.record({ places: fc.oneof(placeLists, fc.constant(null)) }),
  fc.record({ quantities: fc.oneof(quantityLists, quantityLists, fc.constant(null)) }),
  fc.record({ relation: fc.oneof(relations, relations, fc.constant(null)) }),
);

const deskSteps: fc.Arbitrary<DeskStep> = fc.record({
  step: fc.constant('desk' as const),
  wait: waits,
  type: weighted<DeskType>([
    [6, 'record.corrected'],
    [2, 'record.retracted'],
    [2, 'record.reinstated'],
    [2, 'record.held'],
    [2, 'record.released'],
    [2, 'record.embargo-lifted'],
    [2, 'record.confirmed'],
    [1, 'record.disputed'],
    [1, 'record.unverified'],
  ]),
  target: picks,
  changes: fc.array(change, { minLength: 1, maxLength: 3 }).map((all): Changes => Object.assign({}, ...all)),
});

const registrySteps: fc.Arbitrary<RegistryStep> = fc.record({
  step: fc.constant('registry' as const),
  wait: waits,
  actor: actors,
});

export const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: worldSteps },
  { weight: 9, arbitrary: deskSteps },
  { weight: 1, arbitrary: registrySteps },
);
