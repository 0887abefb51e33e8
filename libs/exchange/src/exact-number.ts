/**
 * Numbers that survive a double. RFC 8259 lets a number have any precision; JavaScript, and the canonical
 * form that is hashed (RFC 8785), know doubles alone. A number whose decimal value would silently become
 * another one must not enter a ledger.
 */

/** Sign aside: value = 0.`digits` × 10^`exponent`, `digits` without zeros at either end; '' is zero. */
interface Decimal {
  digits: string;
  exponent: number;
}

const shape = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

function decimalOf(literal: string): Decimal {
  const [, whole = '', fraction = '', power = '0'] = shape.exec(literal)!;
  const all = whole + fraction;
  let first = 0;
  while (first < all.length && all[first] === '0') first++;
  let end = all.length;
  while (end > first && all[end - 1] === '0') end--;
  const digits = all.slice(first, end);
  // An exponent too long for a double itself is that of 0 or of an infinity, which never get here unequal.
  return { digits, exponent: digits === '' ? 0 : whole.length - first + Number(power) };
}

/**
 * Whether a JSON number keeps its decimal value when read as a double and printed again. The spelling may
 * change (`1.0`, `1e2`, `-0` keep their value); `1e400`, `1e-400` and `9007199254740993` do not keep it.
 */
export function isExactNumber(literal: string): boolean {
  const read = Number(literal);
  if (!Number.isFinite(read)) return false;
  const meant = decimalOf(literal);
  const printed = decimalOf(String(read));
  return meant.digits === printed.digits && meant.exponent === printed.exponent;
}
