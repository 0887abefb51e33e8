import { v7 as uuidv7 } from 'uuid';
import type { Content, Instant } from '#libs/chronology';
import { freshRandomBytes, type Proposal } from '#libs/ledger';
import type { Placed } from './find-targets.js';

/**
 * What the ledger is asked to append; makes the id where the client left it to the service.
 * @param now by the clock of this process
 */
export function proposalOf(placed: Placed, now: Instant, expectedVersion?: number): Proposal<Content> {
  const freshId = placed.id === undefined;
  const content = (freshId ? { ...placed, id: freshIdAt(now) } : placed) as Content;
  const proposal: Proposal<Content> = { id: content.id, freshId, stream: content.matter, content };
  if (content.type === 'record.redacted') proposal.destroys = true;
  if (expectedVersion !== undefined) proposal.expectedVersion = expectedVersion;
  return proposal;
}

function freshIdAt(now: Instant): string {
  return uuidv7({ msecs: now, random: freshRandomBytes(16) });
}
