import { type Instant, isDesk, type Recorded } from '#libs/chronology';
import { sumUp, type Withholding, withholdingOf } from './withholding.js';

/** One entry of a stream; of content that was destroyed, or that cannot be read, nothing is recorded. */
export interface DecidedEntry {
  position: number;
  id: string;
  recorded: Recorded | null | undefined;
}

/** Why a development is withheld; one that is neither held nor under embargo is not. */
export interface Withheld {
  held: boolean;
  embargoed: boolean;
  /** When the embargo ends, ms. */
  until: Instant | null;
}

/** What the desk's decisions in one stream come to, by position. */
export interface DecidedRows {
  /** Of a decision: what it is about. */
  decisions: Map<number, number>;
  /** Of a development that is withheld: why. */
  withheld: Map<number, Withheld>;
  /** Of what is destroyed: the redaction that did it. */
  redactions: Map<number, number>;
}

/**
 * What should be kept of a stream's decisions, from nothing but its entries, in order of position. Decisions stand in the
 * stream of what they are about.
 */
export function decidedRows(entries: DecidedEntry[]): DecidedRows {
  const positions = new Map(entries.map(({ id, position }) => [id, position]));
  const rows: DecidedRows = { decisions: new Map(), withheld: new Map(), redactions: new Map() };
  for (const { position, recorded } of entries) {
    if (!recorded || !isDesk(recorded.content)) continue;
    const target = positions.get(recorded.content.target);
    if (target === undefined) continue;
    rows.decisions.set(position, target);
    if (recorded.content.type === 'record.redacted' && target < position && !rows.redactions.has(target))
      rows.redactions.set(target, position);
  }
  const said = entries.map((entry) => saidOf(entry, positions, rows.redactions));
  for (const { id, held, embargoed, until } of sumUp(said)) {
    const position = positions.get(id);
    if (position === undefined || !(held || embargoed)) continue;
    rows.withheld.set(position, { held: !!held, embargoed: !!embargoed, until: embargoed ? until : null });
  }
  return rows;
}

/** A redaction ends what was said before of withholding its target: that something was removed is for everyone. */
function saidOf(
  { position, recorded }: DecidedEntry,
  positions: ReadonlyMap<string, number>,
  redactions: ReadonlyMap<number, number>,
): Withholding | null {
  const said = recorded ? withholdingOf(recorded.content, recorded.recordedAt) : null;
  const by = said && redactions.get(positions.get(said.id) ?? -1);
  return by != null && by > position ? null : said;
}
