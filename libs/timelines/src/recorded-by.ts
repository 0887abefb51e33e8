import type { StoredEntry } from '#libs/ledger';

/** The random id of the key that recorded an entry: nothing but its bytes tells. */
export function recordedByOf({ entry }: StoredEntry): string {
  return (JSON.parse(entry.toString()) as { recordedBy: string }).recordedBy;
}
