import type { Findings } from './findings.js';

/** One entry of a stream, as far as its place in it goes. */
export interface StreamedEntry {
  position: number;
  /** Null where nobody says: an archive has no id of what was redacted. */
  id: string | null;
  stream: string | null;
  version: number | null;
  /** Null where the payload is not there. */
  payload: { type: string; target?: string } | null;
}

/**
 * Holds entries against the streams they are in: versions without a gap, and no payload missing that a redaction in
 * the same stream does not name. What it keeps grows with the number of streams it is shown, and with redactions.
 */
export class StreamCheck {
  redacted = 0;
  private readonly versions = new Map<string, number>();
  /** Positions of the payloads that are missing, and not yet accounted for, by id. */
  private readonly missing = new Map<string, number>();
  private readonly nameless: number[] = [];
  private readonly named: { position: number; target: string }[] = [];

  constructor(private readonly findings: Findings) {}

  /** Entries come in order of position, at least within each stream. */
  take({ position, id, stream, version, payload }: StreamedEntry): void {
    if (stream !== null && version !== null) {
      const due = (this.versions.get(stream) ?? 0) + 1;
      if (version !== due) {
        this.findings.add(
          'version-differs',
          position,
          `it is version ${version} of ${stream}, not ${due}`,
          stream,
        );
      }
      this.versions.set(stream, version);
    }
    if (payload === null) {
      this.redacted++;
      if (id === null) this.nameless.push(position);
      else this.missing.set(id, position);
    } else if (payload.type === 'record.redacted')
      this.named.push({ position, target: payload.target ?? '' });
  }

  /** To be called behind the last entry. */
  finish(): void {
    for (const { position, target } of this.named) {
      const at = this.missing.get(target) ?? this.nameless.find((each) => each < position);
      if (at === undefined || at > position) {
        this.findings.add('redacted-still-there', position, `it redacts ${target}, whose content is there`);
        continue;
      }
      if (!this.missing.delete(target)) this.nameless.splice(this.nameless.indexOf(at), 1);
    }
    const unaccounted = [...this.missing.values(), ...this.nameless];
    for (const position of unaccounted) {
      this.findings.add('payload-missing', position, 'its payload is not there, and no redaction names it');
    }
    this.redacted -= unaccounted.length;
  }
}
