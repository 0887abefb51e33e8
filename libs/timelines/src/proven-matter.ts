import type { MatterState } from './matter-state.js';

/** One entry of the log with its content, and that it is in the log. Bytes are standard base64. */
export interface ProvenEntry {
  position: number;
  entry: string;
  /** Null where the content is destroyed; then `redacted` says by what. */
  payload: string | null;
  salt: string | null;
  /** From the leaf to the root of the checkpoint. */
  hashes: string[];
  /** What nothing but the record itself tells of destroyed content: its id and version; `by` is its redaction's position. */
  redacted: { id: string; version: number; by: number } | null;
}

/** The state of a matter at one pinned point, with everything that it follows from. */
export interface ProvenMatter {
  timeline: string;
  matter: string;
  asOf: string;
  /** A position. */
  knownAt: number;
  foldVersion: number;
  state: MatterState;
  /** The matter's stream up to knownAt, in order of position. */
  entries: ProvenEntry[];
  /** What else it takes: the kinds that the timeline defined itself, and redactions that came after knownAt. */
  beside: ProvenEntry[];
  /** A signed note over more than knownAt entries. */
  checkpoint: string;
  /** The verifier key of the log, as the service tells it. */
  key: string;
}

/** Entries of the matter that one answer may carry, and bytes of their payloads. */
export const mostProven = { entries: 10_000, bytes: 32 * 2 ** 20 };
