/** What counts of a matter at one position: time.md "What counts", ADR 0002 readings 1 to 3. */
import { isDesk, isWorld } from '#libs/chronology';
import type { Bounds, DeskContent, Recorded, Verification, WorldContent } from '#libs/chronology';

/** A development as the desk leaves it: corrected, judged, and neither held, embargoed nor retracted. */
export interface Counted {
  position: number;
  content: WorldContent;
  bounds: Bounds;
  verification: Verification;
}

/** Corrections of these set the verification back to unverified, whatever the new value. */
const judged = ['title', 'type', 'quantities', 'occurred', 'mode'];

/** The matter's effective developments, by position. Redacted ones are not in the ledger that is given. */
export function effective(ledger: Recorded[], matter: string, knownAt: number): Counted[] {
  const known = ledger.filter((entry) => entry.position <= knownAt);
  return known
    .filter((entry) => isWorld(entry.content) && entry.content.matter === matter)
    .map((entry) => asTheDeskLeavesIt(entry as Recorded<WorldContent>, known))
    .filter((counted) => counted !== null);
}

function asTheDeskLeavesIt(entry: Recorded<WorldContent>, known: Recorded[]): Counted | null {
  const decisions = known.filter(({ content }) => isDesk(content) && content.target === entry.content.id);
  const { embargoedUntil } = entry.content;
  let content = entry.content;
  let bounds = entry.bounds!;
  let verification: Verification = 'unverified';
  let held = false;
  let retracted = false;
  let embargoed = embargoedUntil !== undefined && Date.parse(embargoedUntil) > entry.recordedAt;
  for (const decision of decisions as Recorded<DeskContent>[]) {
    const { type, replacement = {} } = decision.content;
    if (type === 'record.held') held = true;
    if (type === 'record.released') held = false;
    if (type === 'record.retracted') retracted = true;
    if (type === 'record.reinstated') retracted = false;
    if (type === 'record.embargo-lifted') embargoed = false;
    if (type === 'record.confirmed') verification = 'confirmed';
    if (type === 'record.disputed') verification = 'disputed';
    if (type === 'record.unverified') verification = 'unverified';
    if (type !== 'record.corrected') continue;
    content = corrected(content, replacement);
    bounds = decision.bounds ?? bounds;
    if (judged.some((field) => field in replacement)) verification = 'unverified';
  }
  return held || retracted || embargoed ? null : { position: entry.position, content, bounds, verification };
}

/** Fields are replaced whole; null removes one. */
function corrected(content: WorldContent, replacement: object): WorldContent {
  const laid = Object.entries({ ...content, ...replacement }).filter(([, value]) => value !== null);
  return Object.fromEntries(laid) as unknown as WorldContent;
}
