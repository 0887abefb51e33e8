/** Bytes of standard base64 in its one canonical spelling; undefined for any other. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Node skips what is not base64 and ignores bits left over: a text that is not what its bytes print is refused.
  return bytes.toString('base64') === text ? bytes : undefined;
}
