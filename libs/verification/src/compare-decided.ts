import type { DecidedRows, IndexRowApart, Withheld } from '#libs/situations';
import type { Findings } from './findings.js';

/** Of one stream: what its entries say of the desk's decisions, and which of them cannot say what they decided. */
export interface Decided {
  stream: string;
  due: DecidedRows;
  /** Positions in the stream, in order. */
  positions: ReadonlySet<number>;
  /** Of them, those whose content is destroyed. */
  destroyed: ReadonlySet<number>;
}

/** Holds what is kept of decisions, of what is withheld and of what is redacted against what the entries say. */
export function compareDecided(
  findings: Findings,
  { stream, due, positions, destroyed }: Decided,
  stored: DecidedRows,
): void {
  for (const position of positions) {
    const [target, kept] = [due.decisions.get(position), stored.decisions.get(position)];
    // What a decision that is redacted itself was about, only its row can tell: an earlier entry of the same stream.
    const untold = destroyed.has(position) && kept !== undefined && kept < position && positions.has(kept);
    if (kept !== target && !untold) {
      const detail = `what it decides about is kept as ${shown(kept)} instead of ${shown(target)}`;
      findings.add('decision-differs', position, detail, stream);
    }
    const [why, keptWhy] = [spelled(due.withheld.get(position)), spelled(stored.withheld.get(position))];
    if (keptWhy !== why) {
      findings.add('withheld-differs', position, `it is kept as ${keptWhy} instead of ${why}`, stream);
    }
    const [by, keptBy] = [due.redactions.get(position), stored.redactions.get(position)];
    if (keptBy !== by) {
      const detail = `what redacted it is kept as ${shown(keptBy)} instead of ${shown(by)}`;
      findings.add('redaction-differs', position, detail, stream);
    }
  }
}

export function compareIndex(findings: Findings, apart: IndexRowApart[]): void {
  for (const { position, due, stored } of apart) {
    const detail = !due
      ? 'the log’s filters know it, and should not (yet)'
      : stored
        ? 'the log’s filters know it by other words, names or times'
        : 'the log’s filters do not know it';
    findings.add('index-differs', position, detail);
  }
}

const shown = (position: number | undefined) => (position === undefined ? 'nothing' : `position ${position}`);

function spelled(why: Withheld | undefined): string {
  if (!why) return 'open to everyone';
  const { held, embargoed, until } = why;
  const end = until === null ? 'without an end' : `until ${new Date(until).toJSON() ?? `${until} ms`}`;
  return [...(held ? ['held'] : []), ...(embargoed ? [`under embargo ${end}`] : [])].join(' and ');
}
