/** A matter's state at one (asOf, knownAt), folded from the raw ledger: time.md "The fold". */
import { isApproximate, phaseOf, splitType } from '#libs/chronology';
import type { Anomaly, KindTable, Phase, Recorded, SlotState } from '#libs/chronology';
import { contestedClaims, contestedQuantity } from './contested.js';
import type { Counted } from './effective.js';
import { folded } from './folded.js';
import { levelsAfter } from './levels.js';

/** Null where the matter is not in the situation. */
export function naiveState(
  ledger: Recorded[],
  kinds: KindTable,
  matter: string,
  asOf: number,
  knownAt: number,
): SlotState | null {
  const all = folded(ledger, matter, asOf, knownAt);
  if (all.length === 0) return null;
  const actual = all.filter(({ content }) => content.mode === 'actual');
  const [kind] = splitType(all.at(-1)!.content.type);
  const last = actual.at(-1);
  if (last === undefined) return notesAlone(kind, all.at(-1)!);

  const { levels, withoutBase } = levelsAfter(actual);
  const quarrels = levels.map((level) => contestedQuantity(level, actual));
  const claims = kind === 'claim' ? contestedClaims(matter, actual) : null;
  const now = phaseRow(kinds, last);
  return {
    kind,
    phase: now.phase,
    open: !now.closed,
    certainFrom: last.bounds.latest,
    approximate: isApproximate(last.content.occurred),
    title: last.content.title,
    actors: lastNamed(actual.map(({ content }) => content.actors)),
    recipients: lastNamed(actual.map(({ content }) => content.recipients)),
    places: lastNamed(actual.map(({ content }) => content.places)),
    quantities: levels,
    contested: [...quarrels, claims].filter((one) => one !== null),
    attribution: last.content.attribution,
    assertion: last.content.assertion,
    verification: last.verification,
    anomalies: [
      ...wentBack(now, actual.length > 1 ? phaseRow(kinds, actual.at(-2)!) : null),
      ...withoutBase.map((of): Anomaly => ({ code: 'delta-without-base', detail: of })),
    ],
    lastDevelopment: last.content.id,
  };
}

/** ADR 0002, reading 4. */
function notesAlone(kind: string, lastNote: Counted): SlotState {
  return {
    kind,
    phase: null,
    open: true,
    certainFrom: lastNote.bounds.latest,
    approximate: false,
    title: null,
    actors: [],
    recipients: [],
    places: [],
    quantities: [],
    contested: [],
    attribution: null,
    assertion: null,
    verification: 'unverified',
    anomalies: [],
    lastDevelopment: null,
  };
}

/** Of the last that names any. */
function lastNamed<T>(lists: (T[] | undefined)[]): T[] {
  return lists.findLast((list) => list !== undefined && list.length > 0) ?? [];
}

function phaseRow(kinds: KindTable, { content }: Counted): Phase {
  const [kind, phase] = splitType(content.type);
  return phaseOf(kinds.get(kind)!, phase)!;
}

/** A step to a lower rank, or out of a closed phase. */
function wentBack(now: Phase, before: Phase | null): Anomaly[] {
  if (before === null) return [];
  const back = now.rank < before.rank || (before.closed && now.phase !== before.phase);
  return back ? [{ code: 'phase-went-back', detail: `${now.phase} after ${before.phase}` }] : [];
}
