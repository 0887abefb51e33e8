/** Kinds that a timeline adds to those built in, by developments of its own. */
import type { Content, RegistryContent } from './development.js';
import { closedByName, type Kind, type KindTable, type Phase } from './kinds.js';

export function isKindDefinition(content: Content): content is RegistryContent {
  return content.type === 'kind.defined';
}

/**
 * The row that a `kind.defined` adds. Phases stand in order of rank, alternatives as `paid|withdrawn`; without
 * `closed`, those are closed that are so in every kind that has them.
 */
export function definedKind({ registry }: RegistryContent): Kind {
  const { slug, phases, closed, panel, summed } = registry as unknown as {
    slug: string;
    phases: string[];
    closed?: string[];
    panel: string;
    summed?: string[];
  };
  const isClosed = (phase: string) => (closed ? closed.includes(phase) : closedByName(phase));
  const rows = phases.flatMap((step, rank): Phase[] =>
    step.split('|').map((phase) => ({ phase, rank, closed: isClosed(phase) })),
  );
  return { kind: slug, panel, phases: rows, summed: summed ?? [], plover: null };
}

/**
 * What a definition says of a table: that it adds to it, that the table says so already, or that it says otherwise.
 * A definition stands for ever: what was recorded under it was folded by it.
 */
export function definitionFits(kind: Kind, kinds: KindTable): 'new' | 'known' | 'contradicts' {
  const known = kinds.get(kind.kind);
  if (known === undefined) return 'new';
  const { plover: _, ...said } = known;
  const { plover: __, ...says } = kind;
  return JSON.stringify(said) === JSON.stringify(says) ? 'known' : 'contradicts';
}
