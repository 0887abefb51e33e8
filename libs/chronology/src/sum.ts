/** Sums of figures as people make them. */

/**
 * The sum of two decimals: 0.1 and 0.2 are 0.3, and not the 0.30000000000000004 of doubles, which nobody reported. What
 * lies beyond all doubles is the greatest of them, for infinity is no number in JSON.
 */
export function sumOf(a: number, b: number): number {
  const sum = a + b;
  if (!Number.isFinite(sum)) return Math.sign(sum) * Number.MAX_VALUE;
  const places = Math.max(placesOf(a), placesOf(b));
  // `toFixed` knows 100 places at most, and -0 is no figure.
  return places === 0 || places > 100 ? sum : Number(sum.toFixed(places)) + 0;
}

/** How many decimal places a number is printed with. */
function placesOf(number: number): number {
  if (Number.isInteger(number)) return 0;
  const [digits, exponent = '0'] = String(number).split('e');
  return (digits!.split('.')[1]?.length ?? 0) - Number(exponent);
}
