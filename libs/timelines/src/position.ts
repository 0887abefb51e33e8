/** A position or a size as it stands in a question, a cursor or a header. So many digits make an exact number. */
export const positionPattern = /^\d{1,15}$/;

export function isPosition(text: string): boolean {
  return positionPattern.test(text);
}
