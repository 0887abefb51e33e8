/** What sources disagree about: time.md "Contested", ADR 0002 readings 8 to 10. */
import { mainAttribution, splitType } from '#libs/chronology';
import type { Contested, Quantity, QuantityLevel } from '#libs/chronology';
import type { Counted } from './effective.js';

/** A quarrel about one level, or null. `actual` is in fold order. */
export function contestedQuantity(level: QuantityLevel, actual: Counted[]): Contested | null {
  const giver = actual.find(({ content }) => content.id === level.by)!;
  const given = lastOf(giver, level.of)!;
  if (!statesLevel(given)) return null;
  const others = actual.filter((other) => {
    const said = lastOf(other, level.of);
    return (
      other !== giver &&
      said !== undefined &&
      other.content.type === giver.content.type &&
      said.unit === given.unit &&
      statesLevel(said) &&
      !sameSource(other, giver) &&
      overlap(other, giver) &&
      !sameLevel(said, given) &&
      !isPriorOf(said, given) &&
      !isPriorOf(given, said)
    );
  });
  if (others.length === 0) return null;
  const parties = actual.filter((one) => one === giver || others.includes(one));
  return { of: level.of, alternatives: parties.slice(-20).map((one) => alternative(one, level.of)) };
}

function alternative(one: Counted, of: string) {
  const { value, low, high } = lastOf(one, of)!;
  const { id: by, attribution } = one.content;
  if (value !== undefined) return { by, value, attribution };
  return { by, value: null, low: low!, high: high!, attribution };
}

function lastOf({ content }: Counted, of: string): Quantity | undefined {
  return content.quantities?.findLast((quantity) => quantity.of === of);
}

function statesLevel({ value, low }: Quantity): boolean {
  return value !== undefined || low !== undefined;
}

function sameLevel(a: Quantity, b: Quantity): boolean {
  return a.value === b.value && a.low === b.low && a.high === b.high;
}

/** The one is the level before the other: a change, not a quarrel. */
function isPriorOf(before: Quantity, after: Quantity): boolean {
  return after.prior !== undefined && after.prior === before.value;
}

/** Two anonymous sources are never taken for the same. */
function sameSource(a: Counted, b: Counted): boolean {
  const [one, other] = [mainAttribution(a.content.attribution), mainAttribution(b.content.attribution)];
  return one.by === other.by && one.record !== 'anonymous' && other.record !== 'anonymous';
}

function overlap({ bounds: a }: Counted, { bounds: b }: Counted): boolean {
  return a.earliest < b.latest && b.earliest < a.latest;
}

/** The claims of a matter of kind `claim` that stand against each other, or null. */
export function contestedClaims(matter: string, actual: Counted[]): Contested | null {
  const inPhase = (phase: string) => actual.filter(({ content }) => splitType(content.type)[1] === phase);
  const isRefuted = (claim: Counted) => inPhase('refuted').some((by) => names(by, 'responds-to', claim));
  const standing = inPhase('made').filter((claim) => !isRefuted(claim));
  const parties = standing.filter((a) =>
    standing.some((b) => a !== b && !sameSource(a, b) && !names(a, 'agrees', b) && !names(b, 'agrees', a)),
  );
  if (parties.length === 0) return null;
  const alternatives = parties.slice(-20).map(({ content: { id: by, title, attribution } }) => {
    return { by, title, attribution };
  });
  return { claim: matter, alternatives };
}

function names({ content }: Counted, rel: string, other: Counted): boolean {
  return (content.related ?? []).some((one) => one.rel === rel && one.id === other.content.id);
}
