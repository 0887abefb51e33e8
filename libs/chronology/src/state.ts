/** What a matter is at one (asOf, knownAt): the state that a slot holds, and the notes beside it. */
import type { Assertion, Attribution, Bounds, Instant, Mode, Place, Verification } from './development.js';

/** The level of one quantity. At most one of `value` and `low` with `high` is set; all null after words alone. */
export interface QuantityLevel {
  of: string;
  value: number | null;
  unit: string | null;
  low: number | null;
  high: number | null;
  text: string | null;
  /** Id of the development that last touched it. */
  by: string;
  /** First actor of that development: whose total it counts in. */
  actor: string | null;
}

export interface QuantityAlternative {
  by: string;
  /** Null where the source gave a range. */
  value: number | null;
  low?: number;
  high?: number;
  attribution: Attribution | Attribution[];
}

export interface ClaimAlternative {
  by: string;
  title: string;
  attribution: Attribution | Attribution[];
}

/** What sources disagree about: a quantity's value, or (kind `claim`) what is claimed. All stand. */
export type Contested =
  { of: string; alternatives: QuantityAlternative[] } | { claim: string; alternatives: ClaimAlternative[] };

export type AnomalyCode = 'phase-went-back' | 'delta-without-base';

/** Something for an editor to look at; never a refusal. */
export interface Anomaly {
  code: AnomalyCode;
  detail: string;
}

/** Constant over a slot. Fields stand in this order, so that equal states have equal JSON. */
export interface SlotState {
  kind: string;
  phase: string | null;
  open: boolean;
  certainFrom: Instant;
  approximate: boolean;
  title: string | null;
  actors: string[];
  recipients: string[];
  places: Place[];
  quantities: QuantityLevel[];
  contested: Contested[];
  attribution: Attribution | Attribution[] | null;
  assertion: Assertion | null;
  verification: Verification;
  anomalies: Anomaly[];
  lastDevelopment: string | null;
}

/** A development whose mode is not `actual`: it stands beside the state and touches nothing in it. */
export interface Note {
  id: string;
  mode: Mode;
  type: string;
  title: string;
  occurred: string;
  bounds: Bounds;
}

/** One stretch of a matter's life, believed from position `knownFrom` on (until it is closed). */
export interface Slot {
  /** `-Infinity` for background that has no earliest. */
  validFrom: Instant;
  /** `Infinity` while open-ended. */
  validTo: Instant;
  knownFrom: number;
  state: SlotState;
}
