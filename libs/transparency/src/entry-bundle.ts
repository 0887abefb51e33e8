/** The most bytes that one leaf may have in a bundle. */
export const longestEntry = 65_535;

/**
 * The leaves of one tile, each behind its length in two bytes, big-endian. C2SP tlog-tiles.
 * @throws RangeError for an entry of more than 65,535 bytes
 */
export function entryBundle(entries: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    if (entry.length > longestEntry) throw new RangeError(`an entry has at most ${longestEntry} bytes`);
    parts.push(Buffer.of(entry.length >> 8, entry.length & 0xff), entry);
  }
  return Buffer.concat(parts);
}

/** The leaves in a bundle; undefined where its lengths do not add up. */
export function parseEntryBundle(bundle: Buffer): Buffer[] | undefined {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length;) {
    if (at + 2 > bundle.length) return undefined;
    const begin = at + 2;
    at = begin + bundle.readUInt16BE(at);
    if (at > bundle.length) return undefined;
    entries.push(bundle.subarray(begin, at));
  }
  return entries;
}
