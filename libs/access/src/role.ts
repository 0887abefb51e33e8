/** What a key lets one do on its timelines. No role contains another: an auditor sees all and records nothing. */
export const roles = ['reader', 'recorder', 'auditor', 'admin'] as const;

export type Role = (typeof roles)[number];

/** The timelines that a key is for: their slugs, or null for all there are and will be. */
export type Scope = ReadonlySet<string> | null;

/** A grant in force: what a key that was shown lets its holder do. */
export interface Grant {
  /** The key's public random id: `recordedBy` in the entries of a ledger. */
  keyId: string;
  role: Role;
  scope: Scope;
}

export function covers(scope: Scope, timeline: string): boolean {
  return scope === null || scope.has(timeline);
}

/** Whether everything in `inner` is in `outer` too. */
export function isWithin(inner: Scope, outer: Scope): boolean {
  if (outer === null) return true;
  return inner !== null && [...inner].every((timeline) => outer.has(timeline));
}
