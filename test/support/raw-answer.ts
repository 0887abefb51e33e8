/** An answer as it came over a socket. */
export interface RawAnswer {
  status: number;
  /** Names in small letters. */
  headers: Record<string, string>;
  body: string;
}

/** Reads one whole answer, of which each byte stands as a Latin-1 character; throws where there is more than one. */
export function readAnswer(latin1: string): RawAnswer {
  const end = latin1.indexOf('\r\n\r\n');
  const [first = '', ...lines] = latin1.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const rest = latin1.slice(end + 4);
  const bytes = headers['transfer-encoding'] === 'chunked' ? joined(rest) : rest;
  const length = Number(headers['content-length'] ?? bytes.length);
  if (bytes.length !== length) throw new Error(`an answer of ${length} bytes has ${bytes.length}: ${latin1}`);
  return { status, headers, body: Buffer.from(bytes, 'latin1').toString('utf8') };
}

/** Chunks without their sizes (RFC 9112, section 7.1). */
function joined(chunked: string): string {
  let body = '';
  for (let at = 0; ;) {
    const end = chunked.indexOf('\r\n', at);
    const size = parseInt(chunked.slice(at, end), 16);
    if (!(size > 0)) return body;
    body += chunked.slice(end + 2, end + 2 + size);
    at = end + 4 + size;
  }
}
