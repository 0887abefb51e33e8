import { type Content, isDesk, isWorld, type Recorded, splitType } from '#libs/chronology';

/** What the log can be filtered by, bounds and words aside. */
export type Facet = 'type' | 'kind' | 'matter' | 'actor' | 'place' | 'target';

/** One value of a facet as it is stored: the timeline first, so that the index is the timeline's own. */
export function facet(timeline: string, name: Facet, value: string): string {
  return `${timeline} ${name}:${value}`;
}

/** A development as the log's filters see it: as recorded, not as corrected. */
export interface DevelopmentRow {
  position: number;
  earliest: number | null;
  latest: number | null;
  facets: string[];
  words: string;
}

export function developmentRow(
  timeline: string,
  { position, content, bounds }: Recorded,
  store: (instant: number) => number,
): DevelopmentRow {
  return {
    position,
    earliest: bounds && store(bounds.earliest),
    latest: bounds && store(bounds.latest),
    facets: facetsOf(content).map(([name, value]) => facet(timeline, name, value)),
    words: wordsOf(content),
  };
}

function facetsOf(content: Content): [Facet, string][] {
  const facets: [Facet, string][] = [
    ['type', content.type],
    ['kind', splitType(content.type)[0]],
    ['matter', content.matter],
  ];
  if (isDesk(content)) facets.push(['target', content.target]);
  if (isWorld(content)) {
    const actors = new Set([...(content.actors ?? []), ...(content.recipients ?? [])]);
    for (const actor of actors) facets.push(['actor', actor]);
    for (const { ref } of content.places ?? []) facets.push(['place', ref]);
  }
  return facets;
}

function wordsOf(content: Content): string {
  const words = [content.title, content.text];
  if (isWorld(content)) words.push(content.phrase, content.quote?.text);
  if (isDesk(content)) words.push(content.reason);
  return words.filter((part) => part !== undefined).join('\n');
}
