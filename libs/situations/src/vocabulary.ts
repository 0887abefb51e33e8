import type { Pool } from 'pg';
import {
  builtInKinds,
  definedKind,
  definitionFits,
  foldRegistry,
  isDesk,
  isKindDefinition,
  type Kind,
  type KindTable,
  type Recorded,
  type Registry,
} from '#libs/chronology';
import type { Database } from '#libs/database';
import { readPositions, RecentMap } from '#libs/ledger';
import { readRecorded } from './payload.js';

/** A timeline's own words as known to this process: kinds, and the registry at any position up to `size`. */
export interface Vocabulary {
  /** Positions taken in: those below. */
  size: number;
  /**
   * Definitions are neither changed nor taken back, so that one table serves every knownAt: a kind that was defined later
   * has no matters before.
   */
  kinds: KindTable;
  registryAt(knownAt: number): Registry;
}

const timelinesKept = 1_000;

/** Reads the registry's entries once, and after that those that are new. */
export class Vocabularies {
  private readonly known = new RecentMap<string, GrownVocabulary>(timelinesKept);

  constructor(private readonly readers: Pool) {}

  /** The vocabulary with all of a ledger's first `size` entries in it, maybe more. */
  async upTo(timeline: string, size: number): Promise<Vocabulary> {
    const known = this.ofTimeline(timeline);
    if (known.size < size) {
      known.take(await readRegistry(this.readers, timeline, known.size, size), size);
    }
    return known;
  }

  /** What this process knows without asking. */
  soFar(timeline: string): Vocabulary {
    return this.ofTimeline(timeline);
  }

  private ofTimeline(timeline: string): GrownVocabulary {
    this.known.nextRound();
    const known = this.known.get(timeline) ?? new GrownVocabulary();
    if (!this.known.has(timeline)) this.known.set(timeline, known);
    return known;
  }
}

class GrownVocabulary implements Vocabulary {
  size = 0;
  readonly kinds = new Map(builtInKinds);
  private entries: Recorded[] = [];
  private latest: { entries: number; registry: Registry } | undefined;

  /** Entries of positions below `size`; those taken in before are passed over. */
  take(entries: Recorded[], size: number): void {
    for (const entry of entries) {
      if (entry.position < this.size) continue;
      const { content } = entry;
      if (isKindDefinition(content)) defineKind(this.kinds, definedKind(content));
      this.entries.push(entry);
      if (isDesk(content) && content.type === 'record.redacted') this.drop(content.target);
    }
    this.size = Math.max(this.size, size);
  }

  registryAt(knownAt: number): Registry {
    const count = countUpTo(this.entries, knownAt);
    if (count < this.entries.length) return foldRegistry(this.entries.slice(0, count));
    // Most questions are about what is known now.
    if (this.latest?.entries !== count)
      this.latest = { entries: count, registry: foldRegistry(this.entries) };
    return this.latest.registry;
  }

  /** What is redacted counts at no position. */
  private drop(id: string): void {
    this.entries = this.entries.filter(({ content }) => content.id !== id);
    this.latest = undefined;
  }
}

/** The kinds built in, and those that a timeline defined in its first `size` entries. */
export async function kindsOf(
  db: Database,
  timeline: string,
  size: number,
  builtIn: KindTable,
): Promise<Map<string, Kind>> {
  const kinds = new Map(builtIn);
  for (const { content } of await readRegistry(db, timeline, 0, size)) {
    if (isKindDefinition(content)) defineKind(kinds, definedKind(content));
  }
  return kinds;
}

/** Adds a kind unless the table has one of that name. */
export function defineKind(kinds: Map<string, Kind>, kind: Kind): void {
  if (definitionFits(kind, kinds) === 'new') kinds.set(kind.kind, kind);
}

function countUpTo(entries: readonly Recorded[], position: number): number {
  const beyond = entries.findIndex((entry) => entry.position > position);
  return beyond < 0 ? entries.length : beyond;
}

/** The registry's entries with `from` ≤ position < `to`, in order; those whose content is destroyed left out. */
export async function readRegistry(
  db: Database,
  timeline: string,
  from: number,
  to: number,
): Promise<Recorded[]> {
  const { rows } = await db.query<{ position: number }>({
    name: 'registry-positions',
    // In the very words of the index's condition, else it is not used.
    text: `select position from ledger_payload
           where timeline = $1 and position >= $2 and position < $3 and strpos(stream, '/') > 0
           order by position`,
    values: [timeline, from, to],
  });
  if (rows.length === 0) return [];
  const entries = await readPositions(
    db,
    timeline,
    rows.map(({ position }) => position),
  );
  return entries.flatMap((entry) => readRecorded(entry) ?? []);
}
