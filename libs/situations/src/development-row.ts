import {
  type Bounds,
  type Content,
  isDesk,
  isReasonOpen,
  isWorld,
  type Recorded,
  splitType,
} from '#libs/chronology';
import { storeInstant } from './stored-time.js';
import type { Facet, Terms } from './terms.js';

/** A development as the log's filters see it: as recorded, not as corrected. */
export interface DevelopmentRow {
  position: number;
  earliest: number | null;
  latest: number | null;
  matter: string;
  /** Where it stands in the fold; of a correction, where it moves its target to. Null for what has no bounds. */
  begins: number | null;
  terms: string[];
}

export function developmentRow(
  { position, content, bounds }: Pick<Recorded, 'position' | 'content' | 'bounds'>,
  terms: Terms,
): DevelopmentRow {
  const facets = facetsOf(content).map(([name, value]) => terms.facet(name, value));
  return {
    position,
    earliest: bounds && storeInstant(bounds.earliest),
    latest: bounds && storeInstant(bounds.latest),
    matter: content.matter,
    begins: bounds && storeInstant(beginOf(bounds)),
    terms: [...new Set([...facets, ...terms.words(wordsOf(content))])],
  };
}

/** The undated stand at their last possible moment. */
function beginOf({ earliest, latest }: Bounds): number {
  return earliest === -Infinity ? latest : earliest;
}

function facetsOf(content: Content): [Facet, string][] {
  const facets: [Facet, string][] = [
    ['type', content.type],
    ['kind', splitType(content.type)[0]],
    ['matter', content.matter],
  ];
  if (isWorld(content)) {
    for (const actor of content.actors ?? []) facets.push(['actor', actor]);
    for (const recipient of content.recipients ?? []) facets.push(['actor', recipient]);
    for (const { ref } of content.places ?? []) facets.push(['place', ref]);
  }
  return facets;
}

function wordsOf(content: Content): string {
  let words = `${content.title ?? ''} ${content.text ?? ''}`;
  if (isWorld(content)) words += ` ${content.phrase ?? ''} ${content.quote?.text ?? ''}`;
  if (isDesk(content) && isReasonOpen(content.type)) words += ` ${content.reason}`;
  return words;
}
