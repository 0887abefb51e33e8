import type { Findings } from './findings.js';

/** One entry of a stream, as far as its place in it goes. */
export interface StreamedEntry {
  position: number;
  id: string;
  stream: string;
  version: number;
  /** Null where the payload is not there. */
  payload: { type: string; target?: string } | null;
}

/**
 * Holds all entries of one stream, in order of position, against each other: versions without a gap, and payloads
 * missing where a redaction names them and nowhere else.
 *
 * @returns how many are redacted
 */
export function checkStream(entries: StreamedEntry[], findings: Findings): number {
  checkVersions(entries, findings);
  return checkHoles(entries, findings);
}

function checkVersions(entries: StreamedEntry[], findings: Findings): void {
  let before = 0;
  for (const { position, stream, version } of entries) {
    const due = before + 1;
    if (version !== due) {
      const detail = `it is version ${version} of ${stream}, not ${due}`;
      findings.add('version-differs', position, detail, stream);
    }
    before = version;
  }
}

/** What was destroyed cannot say its id, only its row does: so each redaction accounts for one payload and no more. */
function checkHoles(entries: StreamedEntry[], findings: Findings): number {
  const there = new Set(entries.flatMap(({ id, payload }) => (payload === null ? [] : id)));
  const holes = new Map<string, number[]>();
  for (const { position, id, payload } of entries) {
    if (payload === null) holes.set(id, [...(holes.get(id) ?? []), position]);
  }
  let redacted = 0;
  for (const { position, payload } of entries) {
    if (payload?.type !== 'record.redacted') continue;
    const target = payload.target ?? '';
    const named = holes.get(target) ?? [];
    const at = named.findIndex((hole) => hole < position);
    if (at >= 0) redacted += named.splice(at, 1).length;
    if (there.has(target)) {
      findings.add('redacted-still-there', position, `it redacts ${target}, whose content is there`);
    } else if (at < 0) {
      const detail = `it redacts ${target}, and its matter misses no payload of that id that is left for it`;
      findings.add('redacts-nothing', position, detail);
    }
  }
  for (const position of [...holes.values()].flat()) {
    findings.add('payload-missing', position, 'its payload is not there, and no redaction names it');
  }
  return redacted;
}
