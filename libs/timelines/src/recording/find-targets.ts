import type { Pool } from 'pg';
import { type Content, isDesk, isRegistry } from '#libs/chronology';
import { readIds, type StoredEntry } from '#libs/ledger';
import { UnknownTarget } from '#libs/situations';
import type { Draft } from '../intake/drafts.js';

/** A draft whose matter is known; its id may still have to be made. */
export type Placed = Omit<Content, 'id'> & { id?: string };

/** Matters of developments by id. What the desk decided is a target of redactions alone. */
export interface Targets {
  developments: Map<string, string>;
  decisions: Map<string, string>;
}

/**
 * Gives each desk development the matter of its target: a development of the ledger, or an earlier one of the
 * same request. Whether a target in the ledger still fits is judged when it is sequenced. In the place of one whose
 * target is unknown, or is itself a desk development and not to be redacted, stands why it is refused.
 */
export async function findTargets(
  readers: Pool,
  timeline: string,
  drafts: Draft[],
  /** Further targets, which are neither in the ledger nor here. */
  elsewhere?: Targets,
): Promise<(Placed | UnknownTarget)[]> {
  const wanted = drafts.flatMap((draft) => ('target' in draft ? [draft.target as string] : []));
  const stored = wanted.length === 0 ? [] : await readIds(readers, timeline, [...new Set(wanted)]);
  const developments = new Map(stored.flatMap((entry) => targetMatter(entry)));
  // Whether it can be redacted is seen when that is done: the repeat of a redaction finds its target redacted.
  const entries = new Map(stored.map(({ id, stream }) => [id, stream]));
  return drafts.map((draft) => {
    if (!('target' in draft)) {
      const placed = draft as unknown as Placed;
      if (draft.id !== undefined && !developments.has(draft.id)) developments.set(draft.id, placed.matter);
      return placed;
    }
    const target = draft.target as string;
    const redacted =
      draft.type === 'record.redacted'
        ? (entries.get(target) ?? elsewhere?.decisions.get(target))
        : undefined;
    const matter = developments.get(target) ?? redacted ?? elsewhere?.developments.get(target);
    if (matter === undefined) return new UnknownTarget(target);
    if (draft.id !== undefined && !entries.has(draft.id)) entries.set(draft.id, matter);
    return { ...draft, matter } as unknown as Placed;
  });
}

function targetMatter({ id, stream, payload }: StoredEntry): [id: string, matter: string][] {
  if (payload === null) return [];
  const content = JSON.parse(payload.toString()) as Content;
  return isDesk(content) && !isRegistry(content) ? [] : [[id, stream]];
}
