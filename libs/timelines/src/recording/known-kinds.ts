import type { Pool } from 'pg';
import { type Content, definedKind, isKindDefinition, type Kind, type KindTable } from '#libs/chronology';
import { readHead } from '#libs/ledger';
import { defineKind, type Vocabularies } from '#libs/situations';
import type { Draft } from '../intake/drafts.js';

export interface KnownKindsSettings {
  readers: Pool;
  vocabularies: Vocabularies;
  timeline: string;
}

/** The kinds that what a recorder sends may be of: the timeline's, and those that it defines itself, further up. */
export class KnownKinds {
  private defined: Map<string, Kind> | undefined;

  constructor(private readonly settings: KnownKindsSettings) {}

  get table(): KindTable {
    const { vocabularies, timeline } = this.settings;
    return this.defined ?? vocabularies.soFar(timeline).kinds;
  }

  /** Takes in what a draft defines; whether it may is judged when it is sequenced. */
  learn(draft: Draft): void {
    const content = draft as unknown as Content;
    if (!isKindDefinition(content)) return;
    this.defined ??= new Map(this.table);
    defineKind(this.defined, definedKind(content));
  }

  /** Reads what was defined since this process last looked; true where there was anything. */
  async refresh(): Promise<boolean> {
    const { readers, vocabularies, timeline } = this.settings;
    const before = vocabularies.soFar(timeline).kinds.size;
    const { kinds } = await vocabularies.upTo(timeline, (await readHead(readers, timeline)).size);
    if (kinds.size === before) return false;
    for (const kind of kinds.values()) if (this.defined) defineKind(this.defined, kind);
    return true;
  }
}
