import type { Database } from '#libs/database';
import type { StoredEntry } from './proposal.js';

/** Entries read in one statement. */
const pageSize = 1_000;

/**
 * The entries of a ledger stream by stream, in order of their names and, within one, of version: whoever folds them
 * holds one stream in memory at a time, however long the ledger. Those at position `before` and later are left out,
 * and streams up to and with `after`.
 */
export async function* eachStream(
  db: Database,
  timeline: string,
  before: number,
  after = '',
): AsyncGenerator<StoredEntry[], void, void> {
  let [stream, version] = [after, after === '' ? 0 : lastVersion];
  let gathered: StoredEntry[] = [];
  for (;;) {
    const page = await readPage(db, timeline, stream, version, before);
    for (const entry of page) {
      if (gathered.length > 0 && gathered[0]!.stream !== entry.stream) {
        yield gathered;
        gathered = [];
      }
      gathered.push(entry);
    }
    if (page.length < pageSize) break;
    ({ stream, version } = page.at(-1)!);
  }
  if (gathered.length > 0) yield gathered;
}

/** The largest int4. */
const lastVersion = 2 ** 31 - 1;

async function readPage(
  db: Database,
  timeline: string,
  stream: string,
  version: number,
  before: number,
): Promise<StoredEntry[]> {
  // The unique index of streams and versions is walked from where the last page ended; offset 0 keeps the entries'
  // look-up behind it.
  const { rows } = await db.query<StoredEntry>({
    name: 'each-stream',
    text: `
      select p.position, e.recorded_at as "recordedAt", p.id, p.stream, p.version, e.entry,
        e.leaf_hash as "leafHash", p.payload, p.salt
      from (
        select * from ledger_payload
        where timeline = $1 and (stream, version) > ($2, $3) and position < $4
        order by stream, version limit ${pageSize} offset 0
      ) p
      cross join lateral (
        select recorded_at, entry, leaf_hash from ledger_entry
        where timeline = $1 and position = p.position limit 1
      ) e
      order by p.stream, p.version`,
    values: [timeline, stream, version, before],
  });
  return rows;
}
