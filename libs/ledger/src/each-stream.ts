import type { Database } from '#libs/database';
import type { StoredText } from './read-entries.js';
import { shortStreamsBehind } from './streams-behind.js';

/** Names looked at in one statement. */
const namesAtOnce = 500;
/** Entries read in one statement; a longer stream still goes whole. */
const entriesAtOnce = 1_000;

/** An entry as a fold reads it. */
export interface StreamText extends StoredText {
  /** ms */
  recordedAt: number;
}

/** A stream's entries in order; none where they all stand behind what was asked for. */
export interface StreamTexts {
  stream: string;
  texts: StreamText[];
}

/**
 * A ledger stream by stream, in order of their names, without the entries at position `before` and later. Whoever folds
 * them holds two pages or two streams in memory, however long the ledger: one is read while the other is folded.
 */
export async function* eachStream(
  db: Database,
  timeline: string,
  before: number,
): AsyncGenerator<StreamTexts, void, void> {
  let ahead: Promise<StreamTexts[]> = Promise.resolve([]);
  for (let after: string | undefined = ''; after !== undefined;) {
    const ends = await shortStreamsBehind(db, timeline, after, namesAtOnce, entriesAtOnce);
    const names = ends.map(({ stream }) => stream);
    const page = await ahead;
    ahead = readStreamTexts(db, timeline, names, before);
    // Whoever stops at this page does not wait for the next one.
    ahead.catch(() => undefined);
    yield* page;
    after = names.at(-1);
  }
}

async function readStreamTexts(
  db: Database,
  timeline: string,
  names: string[],
  before: number,
): Promise<StreamTexts[]> {
  // By the names, not by what is behind one of them: while the planner knows nothing of a timeline that has just been
  // imported, it would sort all of the rest for each page.
  const { rows } = await db.query<StreamText & { nth: number }>({
    name: 'stream-texts',
    text: `
      select s.nth, p.position, e.recorded_at as "recordedAt", convert_from(p.payload, 'UTF8') as payload
      from unnest($2::text[]) with ordinality as s(stream, nth)
      cross join lateral (
        select position, version, payload from ledger_payload
        where timeline = $1 and stream = s.stream and position < $3 offset 0
      ) p
      cross join lateral (
        select recorded_at from ledger_entry where timeline = $1 and position = p.position limit 1
      ) e
      order by s.nth, p.version`,
    values: [timeline, names, before],
  });
  const streams = names.map((stream): StreamTexts => ({ stream, texts: [] }));
  for (const { nth, ...text } of rows) streams[nth - 1]!.texts.push(text);
  return streams;
}
