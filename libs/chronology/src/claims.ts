/**
 * Quarrels about what is so, in a matter of kind `claim`: claims made by different sources stand side by
 * side until one is refuted. Claims are an immutable list, newest first. Reading 10 of docs/adr/0002.
 */
import { sameSource, type Item } from './item.js';
import { mostAlternatives } from './contested.js';
import { spellAttribution } from './spelling.js';
import type { ClaimAlternative } from './state.js';

export interface Claim {
  readonly item: Item;
  readonly before: Claim | null;
  /** The nearest older one from another source. */
  readonly otherSource: Claim | null;
}

/** What a run of developments claims, and which claims (by id) it refutes. */
export interface Claims {
  readonly made: Claim | null;
  readonly refuted: ReadonlySet<string>;
}

export const noClaims: Claims = { made: null, refuted: new Set() };

/** The claims after one more actual development of a matter of kind `claim`. */
export function claimOn(claims: Claims, item: Item): Claims {
  const { made, refuted } = claims;
  if (item.phase === 'made') {
    const otherSource = made !== null && sameSource(made.item, item) ? made.otherSource : made;
    return { made: { item, before: made, otherSource }, refuted };
  }
  const named = item.phase === 'refuted' ? relatedTo(item, 'responds-to') : [];
  return named.length === 0 ? claims : { made, refuted: new Set([...refuted, ...named]) };
}

/**
 * The standing claims that conflict with another one, in fold order, the last 20. `runs` follow each other
 * in fold order. Where claims quarrel this looks at little more than those it returns; in the worst case
 * (thousands of claims that agree with, or refute, each other) at all of them for each of them.
 */
export function quarrellingClaims(runs: readonly Claims[]): ClaimAlternative[] {
  if (isOneVoice(runs)) return [];
  const refuted = (claim: Claim) => runs.some((run) => run.refuted.has(claim.item.id));
  const found: Claim[] = [];
  for (const run of runs.toReversed()) {
    for (let each = run.made; each !== null && found.length < mostAlternatives; each = each.before) {
      if (!refuted(each) && hasRival(each, runs, refuted)) found.push(each);
    }
  }
  return found.reverse().map(({ item: { id, content } }) => ({
    by: id,
    title: content.title,
    attribution: spellAttribution(content.attribution),
  }));
}

/** The common case, told at once however many claims there are: a single source, or none. */
function isOneVoice(runs: readonly Claims[]): boolean {
  const made = runs.filter((run) => run.made !== null);
  return made.length === 0 || (made.length === 1 && made[0]!.made!.otherSource === null);
}

function hasRival(claim: Claim, runs: readonly Claims[], refuted: (claim: Claim) => boolean): boolean {
  for (const run of runs.toReversed()) {
    let each = run.made;
    while (each !== null) {
      if (each === claim) each = each.before;
      else if (sameSource(each.item, claim.item)) each = each.otherSource;
      else if (refuted(each) || agree(each.item, claim.item)) each = each.before;
      else return true;
    }
  }
  return false;
}

function agree(a: Item, b: Item): boolean {
  return relatedTo(a, 'agrees').includes(b.id) || relatedTo(b, 'agrees').includes(a.id);
}

function relatedTo({ content }: Item, rel: 'agrees' | 'responds-to'): string[] {
  return content.related?.filter((relation) => relation.rel === rel).map((relation) => relation.id) ?? [];
}
