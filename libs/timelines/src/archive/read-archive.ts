import { canonicalJson, parseObject } from '#libs/ledger';
import {
  formatCheckpoint,
  NoteRefused,
  openNote,
  parseCheckpoint,
  parseEntryBundle,
  parseVerifierKey,
  RightEdge,
  subtreeRoot,
  tilePath,
  tileWidth,
  tileWidthAt,
  type VerifierKey,
} from '#libs/transparency';
import { isLine, isSlug } from '../intake/grammar.js';
import { isInstantAsWritten } from '../sealed-bytes.js';
import { ArchiveRefused } from './archive-refused.js';
import { ArchivedStreams, mostEntries } from './archived-streams.js';
import { payloadsPath, readme } from './layout.js';
import { type ArchivedEntry, readEntry } from './read-entry.js';
import { type Member, readTar } from './tar.js';

/** Characters that a timeline's title may have. */
const longestTitle = 500;

/** What the first files of an archive say. */
export interface ArchiveHead {
  timeline: {
    slug: string;
    title: string;
    timezone: string;
    visibility: 'public' | 'private';
    createdAt: string;
  };
  note: string;
  size: number;
  root: Buffer;
  signedBy: VerifierKey[];
}

/**
 * An archive that is checked while it is read: each file must be the one that is expected, with the very bytes that an
 * export of what it says would have. Holds 256 developments at a time, the id of each, and a word for each matter.
 */
export class ArchiveReader {
  private readonly streams = new ArchivedStreams();
  private readonly edge = RightEdge.empty();
  /** Of each level, the hashes of the tile that is not full yet. */
  private readonly unfinished: Buffer[][] = [];

  private constructor(
    private readonly members: AsyncGenerator<Member, void, void>,
    readonly head: ArchiveHead,
  ) {}

  /** @throws ArchiveRefused where this is not the beginning of an archive, signed by one of its keys */
  static async open(chunks: AsyncIterable<Buffer>): Promise<ArchiveReader> {
    const members = readTar(chunks);
    if ((await next(members, 'README')).toString() !== readme) {
      throw new ArchiveRefused('it is of another version, or its README was changed');
    }
    const timeline = readTimeline(await next(members, 'timeline.json'));
    const note = (await next(members, 'checkpoint')).toString();
    const keys = readKeys(await next(members, 'keys'));
    return new ArchiveReader(members, { timeline, ...readCheckpoint(note, keys, timeline.slug) });
  }

  get redacted(): number {
    return this.streams.redacted;
  }

  /**
   * The entries, bundle by bundle. Each agrees with what it commits to; that all of them are those that the checkpoint
   * was signed over is known when the last one was taken and this has ended without an error.
   * @throws ArchiveRefused
   */
  async *bundles(): AsyncGenerator<ArchivedEntry[], void, void> {
    const { size, root } = this.head;
    for (let index = 0; index * tileWidth < size; index++) yield await this.bundle(index);
    for (const [level, hashes] of this.unfinished.entries()) {
      if (level > 0 && hashes.length > 0) await this.tile(level, hashes);
    }
    await this.end();
    this.streams.end();
    if (!this.edge.root().equals(root)) {
      throw new ArchiveRefused('its entries are not those that its checkpoint was signed over');
    }
  }

  private async bundle(index: number): Promise<ArchivedEntry[]> {
    const width = tileWidthAt(this.head.size, { level: 'entries', index });
    const first = index * tileWidth;
    const name = `tile/${tilePath({ level: 'entries', index, width })}`;
    const entries = parseEntryBundle(await next(this.members, name));
    if (entries?.length !== width) throw new ArchiveRefused(`${name} does not hold ${width} entries`, first);
    const stored = this.commitments(await next(this.members, payloadsPath({ index, width })), entries, first);
    for (const { leafHash } of stored) {
      this.edge.append(leafHash);
      (this.unfinished[0] ??= []).push(leafHash);
    }
    await this.tile(0, this.unfinished[0]!);
    for (let level = 0; this.unfinished[level]?.length === tileWidth; level++) {
      (this.unfinished[level + 1] ??= []).push(subtreeRoot(this.unfinished[level]!));
      this.unfinished[level] = [];
      if (this.unfinished[level + 1]!.length === tileWidth)
        await this.tile(level + 1, this.unfinished[level + 1]!);
    }
    return stored;
  }

  private commitments(file: Buffer, entries: Buffer[], first: number): ArchivedEntry[] {
    const stored: ArchivedEntry[] = [];
    let at = 0;
    for (const [offset, entry] of entries.entries()) {
      const end = file.indexOf(0x0a, at) + 1;
      if (end === 0) throw new ArchiveRefused('nothing is said of what it commits to', first + offset);
      stored.push(
        this.streams.take(readEntry(entry, file.subarray(at, end), this.head.timeline.slug, first + offset)),
      );
      at = end;
    }
    if (at !== file.length) throw new ArchiveRefused('its payloads are more than its entries', first);
    return stored;
  }

  /** The next file must be the last tile of this level. */
  private async tile(level: number, hashes: Buffer[]): Promise<void> {
    const leaves = Number(this.edge.size);
    const index = Math.ceil(leaves / tileWidth ** (level + 1)) - 1;
    const name = `tile/${tilePath({ level, index, width: hashes.length })}`;
    if (!(await next(this.members, name)).equals(Buffer.concat(hashes))) {
      throw new ArchiveRefused(
        `${name} does not hold the hashes of what lies below it`,
        index * tileWidth ** (level + 1),
      );
    }
  }

  private async end(): Promise<void> {
    const more = await this.members.next();
    if (!more.done) throw new ArchiveRefused(`${more.value.name} should not be in it`);
  }
}

async function next(members: AsyncGenerator<Member, void, void>, name: string): Promise<Buffer> {
  const { done, value } = await members.next();
  if (done) throw new ArchiveRefused(`${name} is missing`);
  if (value.name !== name) throw new ArchiveRefused(`${name} should stand where ${value.name} stands`);
  return value.bytes;
}

function readTimeline(file: Buffer): ArchiveHead['timeline'] {
  const said = parseObject(file) as ArchiveHead['timeline'] | undefined;
  const { slug, title, timezone, visibility, createdAt } = said ?? ({} as ArchiveHead['timeline']);
  const texts = [slug, title, timezone].every((each) => typeof each === 'string' && each.isWellFormed());
  const fit =
    texts &&
    isSlug(slug) &&
    isLine(title, longestTitle) &&
    ['public', 'private'].includes(visibility) &&
    isInstantAsWritten(createdAt);
  const timeline = { slug, title, timezone, visibility, createdAt };
  if (!fit || `${canonicalJson(timeline)}\n` !== file.toString()) {
    throw new ArchiveRefused('timeline.json is not as an export writes it');
  }
  return timeline;
}

function readKeys(file: Buffer): VerifierKey[] {
  const lines = file.toString().split('\n');
  const keys = lines.slice(0, -1).flatMap((line) => parseVerifierKey(line) ?? []);
  if (lines.at(-1) !== '' || keys.length !== lines.length - 1 || keys.length === 0) {
    throw new ArchiveRefused('`keys` holds something that is no verifier key');
  }
  return keys;
}

function readCheckpoint(note: string, keys: VerifierKey[], slug: string): Omit<ArchiveHead, 'timeline'> {
  try {
    const { text, signedBy } = openNote(note, keys);
    const checkpoint = parseCheckpoint(text);
    const { origin, size, root } = checkpoint;
    const lines = note.slice(text.length + 1).split('\n').length - 1;
    if (text !== formatCheckpoint(checkpoint) || signedBy.length !== lines) {
      throw new ArchiveRefused('its checkpoint holds more than its keys have signed');
    }
    if (!origin.endsWith(`/${slug}`)) {
      throw new ArchiveRefused(`its checkpoint is of ${origin}, which is not ${slug}`);
    }
    const foreign = signedBy.find(({ name }) => name !== origin);
    if (foreign) {
      throw new ArchiveRefused(
        `its checkpoint is of ${origin}, and signed by the key of another log, ${foreign.name}`,
      );
    }
    if (size > mostEntries) {
      throw new ArchiveRefused(`it says it has ${size} entries, and at most ${mostEntries} can be checked`);
    }
    return { note, size: Number(size), root, signedBy };
  } catch (error) {
    if (error instanceof NoteRefused) throw new ArchiveRefused(`its checkpoint: ${error.message}`);
    throw error;
  }
}
