/**
 * RFC 8785 (JCS): one JSON text for one value, so that equal contents have equal bytes.
 *
 * Keys are sorted by UTF-16 code units, numbers and strings are spelled as ECMAScript spells them. Members
 * that are undefined are left out. Throws TypeError for what I-JSON cannot hold: numbers that are not
 * finite and strings with a lone surrogate.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const members = value as Record<string, unknown>;
    let text = '';
    for (const key of Object.keys(members).sort()) {
      const member = members[key];
      if (member === undefined) continue;
      text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`;
    }
    return `{${text}}`;
  }
  throw new TypeError(`a ${typeof value} has no JSON form`);
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('a string with a lone surrogate has no I-JSON form');
  return JSON.stringify(text);
}
