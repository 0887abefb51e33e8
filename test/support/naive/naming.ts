/** Which developments concern an actor: those that count, name it as corrected, and have begun. */
import type { Recorded } from '#libs/chronology';
import { effective } from './effective.js';

/** Ids of the developments that have it for an actor or recipient, by position. */
export function naiveNaming(ledger: Recorded[], actor: string, asOf: number, knownAt: number): string[] {
  const matters = [...new Set(ledger.map(({ content }) => content.matter))];
  return matters
    .flatMap((matter) => effective(ledger, matter, knownAt))
    .filter(({ bounds }) => bounds.earliest <= asOf)
    .filter(({ content: { actors = [], recipients = [] } }) => [...actors, ...recipients].includes(actor))
    .sort((a, b) => a.position - b.position)
    .map(({ content }) => content.id);
}
