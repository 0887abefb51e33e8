import type { IncomingHttpHeaders } from 'node:http';

/** A request header that leaves open what is meant, and what it must be. */
export interface UnclearHeader {
  header: string;
  must: string;
}

/** What node:http gives of a request. */
interface Head {
  httpVersion: string;
  headers: IncomingHttpHeaders;
  /** Names and values in turns. */
  rawHeaders: string[];
}

/**
 * `uri-host [ ":" port ]` (RFC 9112, section 3.2; RFC 3986, section 3.2.2; zones: RFC 6874), and not empty: nothing is
 * asked of nobody.
 */
const host = /^(?:\[[\w.~!$&'()*+,;=:-]+(?:%25[\w.~-]+)?\]|(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})+)(?::\d*)?$/i;

/**
 * Of the headers that mean who is asked, who asks, and what the body is, the one that leaves it open, if any. This is
 * asked of every request.
 */
export function unclearHeader({ httpVersion, headers, rawHeaders }: Head): UnclearHeader | undefined {
  const repeated = repeatedHeader(rawHeaders);
  if (repeated !== undefined) return { header: repeated, must: 'come once' };
  if (headers.host === undefined) {
    // Before HTTP/1.1 it may be absent.
    if (httpVersion === '1.1') return { header: 'Host', must: 'come once' };
  } else if (!host.test(headers.host)) {
    return { header: 'Host', must: 'be a host name or an address, with a port if need be' };
  }
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion !== '1.1')) {
    return { header: 'Transfer-Encoding', must: 'be chunked and nothing else, in HTTP/1.1' };
  }
  return undefined;
}

/**
 * Node keeps the first of two and drops the second; a proxy before it may have looked at the second. Of the headers
 * that it joins instead, two are none of those that are taken.
 */
function repeatedHeader(rawHeaders: string[]): string | undefined {
  let hosts = 0;
  let keys = 0;
  let types = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    // By length first, for it is done so often.
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
    else if (name.length === 12 && name.toLowerCase() === 'content-type') types++;
    else if (name.length === 13 && name.toLowerCase() === 'authorization') keys++;
  }
  if (hosts > 1) return 'Host';
  if (keys > 1) return 'Authorization';
  return types > 1 ? 'Content-Type' : undefined;
}
