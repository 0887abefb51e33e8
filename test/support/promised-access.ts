/** Who may do what by docs/ACCESS.md, read from its tables: nothing of this comes from the code that decides. */
import { readFile } from 'node:fs/promises';

const document = await readFile(new URL('../../docs/ACCESS.md', import.meta.url), 'utf8');

export interface Promised {
  route: string;
  keyFor: string;
  /** By role; `no key` for none. */
  may: Record<string, string>;
}

export const promised = new Map(rowsOf('route').map((row) => [row.route, row]));
export const typeRows = rowsOf('type');

function rowsOf(first: string): Promised[] {
  const lines = document.split('\n');
  const begin = lines.findIndex((line) => new RegExp(`^\\| ${first} `).test(line));
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', ''));
  const head = cells(lines[begin]!);
  const end = lines.findIndex((line, at) => at > begin && !line.startsWith('|'));
  return lines.slice(begin + 2, end).map((line) => {
    const may = Object.fromEntries(cells(line).map((cell, at) => [head[at]!, cell]));
    return { route: may[first]!, keyFor: may['key for'] ?? '', may };
  });
}

/** Answered by the gate, or let in: what a route makes of a request without sense is its own affair. */
export type Outcome = 'let in' | '401' | '403' | 'no such timeline';

/** What the documentation says of a call by `who`, a name of guarded-server.ts. */
export function expectedOutcome({ keyFor, may }: Promised, who: string, slug: string): Outcome {
  if (keyFor === 'nobody is asked') return 'let in';
  const noKey = (): Outcome => {
    if (may['no key'] === 'yes') return 'let in';
    if (may['no key'] === 'public') return slug === 'open' ? 'let in' : 'no such timeline';
    return '401';
  };
  if (who === 'nobody') return noKey();
  if (['malformed', 'wrong', 'revoked', 'expired'].includes(who)) return '401';
  if (keyFor === 'what it may know') return 'let in';
  if (who === 'for all') return may['admin'] === 'yes' ? 'let in' : '403';
  const [role, another] = who.split(' of ') as [string, string?];
  if (keyFor === 'the timeline' && another) return may['no key'] === 'public' ? noKey() : 'no such timeline';
  if (may[role] !== 'yes' || keyFor === 'all timelines') return '403';
  return 'let in';
}
