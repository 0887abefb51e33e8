// What a development says and what follows from it: kinds, times, the desk's rules, and the fold on two clocks.
// Pure: it refuses to know Nest, Postgres, HTTP and the hour; clock, ids and randomness are arguments.
export { BoundsError, computeBounds, endOfDate, needsReportedAt, resolveInstantOrDate } from './bounds.js';
export * from './development.js';
export { formatInstant, isCalendarDate, parseInstant } from './instant.js';
export * from './kinds.js';
export * from './state.js';
export { isZone, LocalTimeError } from './zone.js';
