import type { Instant } from '#libs/chronology';

/** The ends of ECMAScript's time range, which stand for −∞ and ∞ in int8 columns. */
const beginning = -8.64e15;
const end = 8.64e15;

/** Positions have no end either: the largest integer that a double holds exactly. */
export const noPositionYet = Number.MAX_SAFE_INTEGER;

export function storeInstant(instant: Instant): number {
  if (instant === -Infinity) return beginning;
  return instant === Infinity ? end : instant;
}

export function readInstant(stored: number): Instant {
  if (stored <= beginning) return -Infinity;
  return stored >= end ? Infinity : stored;
}
