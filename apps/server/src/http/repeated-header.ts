/**
 * Of the headers that mean who is asked and who asks, the one that comes twice, if any. Node keeps the first
 * and drops the second; a proxy before it may have looked at the second (RFC 9112, section 3.2).
 *
 * @param rawHeaders names and values in turns, as node:http gives them
 */
export function repeatedHeader(rawHeaders: string[]): string | undefined {
  let hosts = 0;
  let keys = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    // By length first: this is asked of every request.
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
    else if (name.length === 13 && name.toLowerCase() === 'authorization') keys++;
  }
  return hosts > 1 ? 'Host' : keys > 1 ? 'Authorization' : undefined;
}
