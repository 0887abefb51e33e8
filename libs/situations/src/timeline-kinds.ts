import type { Pool } from 'pg';
import {
  definedKind,
  definitionFits,
  isKindDefinition,
  type Kind,
  type KindTable,
  type Recorded,
  type RegistryContent,
} from '#libs/chronology';
import type { Undo } from '#libs/ledger';
import { defineKind, readRegistry } from './vocabulary.js';

/** The kinds that developments of one timeline may be of, as an append finds them: those built in, and its own. */
export class TimelineKinds {
  private kinds: Map<string, Kind>;
  /** Ids of the entries that define one. */
  private readonly definitions = new Set<string>();
  private isRead = false;

  constructor(
    private readonly readers: Pool,
    private readonly timeline: string,
    private readonly builtIn: KindTable,
  ) {
    this.kinds = new Map(builtIn);
  }

  /** Grows with what is defined: accounts that hold it see new kinds. */
  get table(): KindTable {
    return this.kinds;
  }

  /** Reads what the ledger's first `size` entries define, unless that is known. */
  async read(size: number): Promise<void> {
    if (this.isRead) return;
    for (const entry of await readRegistry(this.readers, this.timeline, 0, size)) this.learn(entry);
    this.isRead = true;
  }

  learn(entry: Recorded | null): void {
    if (!entry || !isKindDefinition(entry.content)) return;
    this.definitions.add(entry.content.id);
    defineKind(this.kinds, definedKind(entry.content));
  }

  define(content: RegistryContent, undo: Undo): void {
    this.definitions.add(content.id);
    undo.push(() => this.definitions.delete(content.id));
    const kind = definedKind(content);
    if (definitionFits(kind, this.kinds) !== 'new') return;
    this.kinds.set(kind.kind, kind);
    undo.push(() => this.kinds.delete(kind.kind));
  }

  areContradictedBy(content: RegistryContent): boolean {
    return definitionFits(definedKind(content), this.kinds) === 'contradicts';
  }

  /** Whether one of them stands by the entry with this id. */
  areDefinedBy(id: string): boolean {
    return this.definitions.has(id);
  }

  forget(): void {
    this.kinds = new Map(this.builtIn);
    this.definitions.clear();
    this.isRead = false;
  }
}
