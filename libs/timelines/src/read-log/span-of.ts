import { BoundsError, computeBounds, type Instant, isCalendarDate, parseInstant } from '#libs/chronology';
import { InvalidParameter } from '../errors.js';

/**
 * The stretch that a `…From` or `…To` parameter names: a day in the timeline's zone, or the millisecond of an
 * instant; both ends of a filter include what is named. Undefined for undefined.
 * @throws InvalidParameter
 */
export function spanOf(
  parameter: string,
  text: string | undefined,
  timezone: string,
): { start: Instant; end: Instant } | undefined {
  if (text === undefined) return undefined;
  const instant = parseInstant(text);
  if (instant !== undefined) return { start: instant, end: instant + 1 };
  if (isCalendarDate(text)) {
    try {
      const { earliest, latest } = computeBounds(text, timezone, 0);
      return { start: earliest, end: latest };
    } catch (error) {
      if (error instanceof BoundsError) throw new InvalidParameter(parameter, error.detail);
      throw error;
    }
  }
  throw new InvalidParameter(
    parameter,
    'must be a date such as 2025-08-29 or an RFC 3339 instant such as 2025-08-29T12:00:00Z',
  );
}
