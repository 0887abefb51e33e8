import {
  beginOf,
  type Content,
  isDesk,
  isReasonOpen,
  isWorld,
  type Recorded,
  splitType,
} from '#libs/chronology';
import { storeInstant } from './stored-time.js';
import { facetTerm, wordTerms } from './terms.js';

/** A development as the log's filters see it: as recorded, not as corrected. */
export interface DevelopmentRow {
  position: number;
  earliest: number | null;
  latest: number | null;
  matter: string;
  /** Where it stands in the fold; of a correction, where it moves its target to. Null for what has no bounds. */
  begins: number | null;
  /** Each of them once. */
  terms: string[];
}

export function developmentRow({
  position,
  content,
  bounds,
}: Pick<Recorded, 'position' | 'content' | 'bounds'>): DevelopmentRow {
  const terms = new Set(wordTerms(wordsOf(content)));
  addFacets(content, terms);
  return {
    position,
    earliest: bounds && storeInstant(bounds.earliest),
    latest: bounds && storeInstant(bounds.latest),
    matter: content.matter,
    begins: bounds && storeInstant(beginOf({ bounds })),
    terms: [...terms],
  };
}

function addFacets(content: Content, terms: Set<string>): void {
  terms.add(facetTerm('type', content.type));
  terms.add(facetTerm('kind', splitType(content.type)[0]));
  terms.add(facetTerm('matter', content.matter));
  if (!isWorld(content)) return;
  for (const actor of content.actors ?? []) terms.add(facetTerm('actor', actor));
  for (const recipient of content.recipients ?? []) terms.add(facetTerm('actor', recipient));
  for (const { ref } of content.places ?? []) terms.add(facetTerm('place', ref));
}

function wordsOf(content: Content): string {
  let words = `${content.title ?? ''} ${content.text ?? ''}`;
  if (isWorld(content)) words += ` ${content.phrase ?? ''} ${content.quote?.text ?? ''}`;
  if (isDesk(content) && isReasonOpen(content.type)) words += ` ${content.reason}`;
  return words;
}
