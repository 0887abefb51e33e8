import type { KindTable } from '#libs/chronology';
import { at, type Problem } from './compile-validator.js';
import { isObject } from './constraints.js';
import type { DeskDraft, Draft, RegistryDraft, WorldDraft } from './drafts.js';
import { inputClassOf } from './input-classes.js';
import { kindProblems, replacementProblems, reportedProblems, sourceProblems } from './rules.js';

export interface ReadOptions {
  kinds: KindTable;
  /** The timeline's zone: that of a development that names none. */
  timezone: string;
  /** Where the development stands in the whole text (RFC 6901), `''` where it is all of it. */
  pointer?: string;
}

/**
 * The content with its defaults, or what is wrong with it. `malformed` (400): wrong types, unknown or misplaced
 * fields, grammar and limits. `refused` (422): well-formed, but against a rule.
 */
export type ReadDevelopment =
  { ok: true; draft: Draft } | { ok: false; fault: 'malformed' | 'refused'; problems: Problem[] };

/**
 * From a value that was read from JSON to a draft. Knows the kinds and no ledger: whether the id is taken, the
 * target there, or the matter of another kind is for others to say. Null is the same as absent, except in a
 * replacement, where it takes a field away. `value` is not changed; parts of it may be in the draft.
 */
export function readDevelopment(value: unknown, options: ReadOptions): ReadDevelopment {
  const { pointer = '' } = options;
  if (!isObject(value))
    return failed('malformed', [{ pointer, detail: 'A development must be a JSON object; send one.' }]);
  const input = inputClassOf(value.type);
  if (typeof input === 'string') return failed('refused', [{ pointer: at(pointer, 'type'), detail: input }]);
  const { malformed, refused, nulls } = input.validate(value, pointer);
  if (malformed.length > 0) return failed('malformed', malformed);
  const given = nulls ? withoutNulls(value, 'replacement') : value;
  const draft = drafting[input.family](given, options);
  // Rules read times in the draft's zone, which is none where the zone was refused.
  const problems = refused.length > 0 ? refused : rules[input.family](draft as never, options, pointer);
  return problems.length > 0 ? failed('refused', problems) : { ok: true, draft };
}

function failed(fault: 'malformed' | 'refused', problems: Problem[]): ReadDevelopment {
  return { ok: false, fault, problems };
}

/** The checks have made sure that what they gave is what the drafts' types say. */
const drafting = {
  world(given: Record<string, unknown>, { timezone }: ReadOptions): WorldDraft {
    const draft = { timezone, mode: 'actual', assertion: 'reported', ...given } as unknown as WorldDraft;
    const publishedAt = draft.sources?.[0]?.publishedAt;
    if (draft.reportedAt === undefined && publishedAt !== undefined) draft.reportedAt = publishedAt;
    return draft;
  },
  desk: (given: Record<string, unknown>) => ({ ...given }) as unknown as DeskDraft,
  registry(given: Record<string, unknown>): RegistryDraft {
    const draft = { ...given } as unknown as RegistryDraft;
    draft.matter = `${draft.type.slice(0, draft.type.indexOf('.'))}/${draft.registry.slug}`;
    return draft;
  },
};

const rules = {
  world: (draft: WorldDraft, { kinds, timezone }: ReadOptions, pointer: string): Problem[] =>
    reportedProblems(draft, kinds, timezone, pointer),
  desk: (draft: DeskDraft, { kinds }: ReadOptions, pointer: string): Problem[] => [
    ...sourceProblems(draft.sources, pointer),
    ...(draft.replacement ? replacementProblems(draft.replacement, kinds, at(pointer, 'replacement')) : []),
  ],
  registry: (draft: RegistryDraft, _options: ReadOptions, pointer: string): Problem[] => [
    ...sourceProblems(draft.sources, pointer),
    ...(draft.type === 'kind.defined' ? kindProblems(draft.registry, at(pointer, 'registry')) : []),
  ],
};

/** A copy without members that are null, at every depth; those of the member `except` itself stay. */
function withoutNulls(object: Record<string, unknown>, except?: string): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    if (value === null || value === undefined) continue;
    if (name !== except || !isObject(value)) {
      kept[name] = withoutNullsWithin(value);
      continue;
    }
    kept[name] = Object.fromEntries(
      Object.entries(value).map(([field, replaced]) => [field, withoutNullsWithin(replaced)]),
    );
  }
  return kept;
}

function withoutNullsWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullsWithin);
  return isObject(value) ? withoutNulls(value) : value;
}
