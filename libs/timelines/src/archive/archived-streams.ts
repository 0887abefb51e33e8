import { ArchiveRefused } from './archive-refused.js';
import type { ArchivedEntry } from './read-entry.js';

/** Entries that an archive may have to be checked here: as many ids as one Set holds. Of a million, they take 80 MB. */
export const mostEntries = 2 ** 24;

/**
 * What must hold between the entries of an archive: no version is missing, no id comes twice, time goes on, and each hole
 * is what one redaction left.
 */
export class ArchivedStreams {
  redacted = 0;
  private readonly versions = new Map<string, number>();
  private readonly ids = new Set<string>();
  private recordedAt = -Infinity;
  /** What is destroyed and was not redacted so far, by id. */
  private readonly holes = new Map<string, Pick<ArchivedEntry, 'position' | 'stream'>>();

  /** @throws ArchiveRefused */
  take(entry: ArchivedEntry): ArchivedEntry {
    const { position, stream, version, recordedAt, id, payload, redacts } = entry;
    const before = this.versions.get(stream) ?? 0;
    if (version !== before + 1) {
      throw new ArchiveRefused(
        `it is version ${version} of ${stream}, and ${before} came before it`,
        position,
      );
    }
    this.versions.set(stream, version);
    if (this.ids.has(id)) throw new ArchiveRefused(`its id ${id} is that of an entry before it`, position);
    this.ids.add(id);
    if (recordedAt < this.recordedAt)
      throw new ArchiveRefused('it was recorded before the one before it', position);
    this.recordedAt = recordedAt;
    if (payload === null) {
      this.redacted++;
      this.holes.set(id, { position, stream });
    } else if (redacts !== null) this.redact(redacts, entry);
    return entry;
  }

  private redact(target: string, { position, stream }: ArchivedEntry): void {
    const hole = this.holes.get(target);
    if (!hole) {
      const why = this.ids.has(target) ? 'whose content is there' : 'which does not stand before it';
      throw new ArchiveRefused(`it redacts ${target}, ${why}`, position);
    }
    if (hole.stream !== stream) {
      throw new ArchiveRefused(`it redacts ${target}, which is of another matter, ${hole.stream}`, position);
    }
    this.holes.delete(target);
  }

  /** @throws ArchiveRefused for the first hole that no redaction names */
  end(): void {
    for (const { position } of this.holes.values())
      throw new ArchiveRefused('its payload is missing, and no redaction names it', position);
  }
}
