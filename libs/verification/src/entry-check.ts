import { type AuditedEntry, entryBytes, isCanonical, parseObject, payloadDigest } from '#libs/ledger';
import { fromBase64, leafHash } from '#libs/transparency';
import type { Findings } from './findings.js';

const longestEntry = 65_535;

/**
 * Recomputes, position by position, all that the stored bytes commit to: nothing is believed because a column says
 * so. May begin anywhere, if told when the entry before was recorded.
 */
export class EntryCheck {
  /** Of the last entry, in ms; and its leaf hash, as recomputed. */
  recordedAt: number;
  tip: Buffer = Buffer.alloc(0);
  payloads = 0;

  constructor(
    private readonly timeline: string,
    private readonly findings: Findings,
    /** The position that comes next. */
    public next = 0,
    recordedAt = 0,
  ) {
    this.recordedAt = recordedAt;
  }

  /** @returns the leaf hash, recomputed from the entry's bytes; null where these are not there */
  take({ position, sealed, content }: AuditedEntry): Buffer | null {
    if (position < this.next) {
      this.findings.add(
        'position-unexpected',
        position,
        `position ${position} stands where ${this.next} should`,
      );
      return null;
    }
    this.missUntil(position);
    this.next = position + 1;
    if (!content) this.findings.add('payload-row-missing', position, 'the row of its payload is not there');
    if (!sealed) {
      this.findings.add('entry-missing', position, 'its entry is not there');
      return null;
    }
    const leaf = leafHash(sealed.entry);
    if (!leaf.equals(sealed.leafHash)) {
      this.findings.add(
        'leaf-hash-differs',
        position,
        'the entry’s bytes do not have the leaf hash that is stored',
      );
    }
    this.tip = leaf;
    const digest = this.checkEntry(position, sealed);
    if (content) this.checkContent(position, content, digest);
    return leaf;
  }

  /** Tells the positions before `end` that did not come. */
  missUntil(end: number): void {
    if (end <= this.next) return;
    const last = end - 1;
    const which = this.next === last ? 'it is' : `they are, up to ${last},`;
    this.findings.add('position-missing', this.next, `${which} not there`);
    this.next = end;
  }

  /** The payload digest that the entry commits to; null where it cannot be read. */
  private checkEntry(position: number, sealed: NonNullable<AuditedEntry['sealed']>): Buffer | null {
    try {
      return this.compareEntry(position, sealed);
    } catch {
      // A time that no date has, or an entry nested deeper than can be told.
      this.findings.add(
        'entry-malformed',
        position,
        'its entry, or its time, is not one that this format has',
      );
      return null;
    }
  }

  private compareEntry(
    position: number,
    { entry, recordedAt }: NonNullable<AuditedEntry['sealed']>,
  ): Buffer | null {
    const fields = parseObject(entry);
    const digest = fromBase64(String(fields?.['payloadDigest']));
    const recordedBy = fields?.['recordedBy'];
    if (!fields || digest?.length !== 32 || typeof recordedBy !== 'string' || entry.length > longestEntry) {
      this.findings.add('entry-malformed', position, 'its entry is not one that this format has');
      return null;
    }
    // The whole entry is made again from what it must say here: any other byte is a difference.
    const { timeline } = this;
    const due = entryBytes({ timeline, position, recordedAt, recordedBy, payloadDigest: digest });
    if (!due.equals(entry)) this.findings.add('entry-differs', position, differences(fields, due));
    if (recordedAt < this.recordedAt) {
      this.findings.add(
        'recorded-at-decreases',
        position,
        'it is recorded before the entry that precedes it',
      );
    }
    this.recordedAt = recordedAt;
    return digest;
  }

  private checkContent(
    position: number,
    { id, stream, version, payload, salt }: NonNullable<AuditedEntry['content']>,
    digest: Buffer | null,
  ): void {
    // Whether a redaction names what is missing, the streams tell.
    if (payload === null && salt === null) return;
    if (payload === null || salt === null || (digest && !payloadDigest(salt, payload).equals(digest))) {
      this.findings.add(
        'payload-digest-differs',
        position,
        'salt and payload do not have the digest in the entry',
      );
    }
    if (payload === null) return;
    this.payloads++;
    const content = parseObject(payload);
    if (!content || !isCanonical(content, payload)) {
      this.findings.add('payload-malformed', position, 'its payload is not canonical JSON');
    }
    if (!content) return;
    const wrong = [
      ...(content['id'] === id ? [] : [`id ${id}`]),
      ...(content['matter'] === stream ? [] : [`stream ${stream}`]),
      ...(content['version'] === version ? [] : [`version ${version}`]),
    ];
    if (wrong.length > 0) {
      this.findings.add('columns-differ', position, `its row says ${wrong.join(', ')}, its payload does not`);
    }
  }
}

function differences(fields: Record<string, unknown>, due: Buffer): string {
  const expected = JSON.parse(due.toString()) as Record<string, unknown>;
  const wrong = Object.keys({ ...expected, ...fields }).filter((name) => fields[name] !== expected[name]);
  if (wrong.length === 0) return 'its entry is not spelled canonically';
  return `its entry says ${wrong.map((name) => `${name} ${JSON.stringify(fields[name])}`).join(', ')}`;
}
