import type { StoredEntry } from '#libs/ledger';
import { ArchiveRefused } from './archive-refused.js';

/** What must hold between the entries of an archive: no version is missing, time goes on, and holes are explained. */
export class ArchivedStreams {
  redacted = 0;
  private readonly versions = new Map<string, number>();
  private recordedAt = -Infinity;
  /** Positions of what is destroyed, by id. */
  private readonly holes = new Map<string, number>();
  /** Ids that a redaction names, with its position. */
  private readonly named = new Map<string, number>();

  take(entry: StoredEntry): StoredEntry {
    const { position, stream, version, recordedAt, id, payload } = entry;
    const before = this.versions.get(stream) ?? 0;
    if (version !== before + 1) {
      throw new ArchiveRefused(
        `it is version ${version} of ${stream}, and ${before} came before it`,
        position,
      );
    }
    this.versions.set(stream, version);
    if (recordedAt < this.recordedAt)
      throw new ArchiveRefused('it was recorded before the one before it', position);
    this.recordedAt = recordedAt;
    if (payload === null) {
      this.redacted++;
      this.holes.set(id, position);
    } else if (payload.includes('"type":"record.redacted"')) {
      const { type, target } = JSON.parse(payload.toString()) as { type: string; target: string };
      if (type === 'record.redacted') this.named.set(target, position);
    }
    return entry;
  }

  /** @throws ArchiveRefused for the first hole that no redaction names */
  end(): void {
    for (const [id, position] of this.holes) {
      if (!this.named.has(id))
        throw new ArchiveRefused('its payload is missing, and no redaction names it', position);
    }
  }
}
