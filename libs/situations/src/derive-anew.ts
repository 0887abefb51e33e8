import type { PoolClient } from 'pg';
import { foldVersion, isDesk, type KindTable, type Recorded } from '#libs/chronology';
import { readIds, readRange, readRedactions, type StoredEntry } from '#libs/ledger';
import { foldMatters } from './fold-matters.js';
import { nextMatters } from './next-matters.js';
import { readRecorded } from './payload.js';
import { firstGeneration, type ReadModels } from './read-models.js';
import { withholdingOf } from './withholding.js';
import { writeRowsAlone } from './write-alone.js';
import { nothingFolded, type RecordedRows } from './write-rows.js';

/** Entries of small matters that are folded at once. */
const together = 1_000;
/** Entries whose decisions are written at once. */
const page = 1_000;

/**
 * Derives everything from the first `size` entries of a ledger that was filled by other means than appending, in the
 * caller's transaction: nothing of the timeline may be derived yet. Holds a thousand entries, or the account of one
 * matter, whatever the size of the ledger.
 */
export async function deriveAnew(
  client: PoolClient,
  kinds: KindTable,
  timeline: string,
  size: number,
  onProgress: (folded: number) => void = () => undefined,
): Promise<void> {
  const models: ReadModels = { timeline, generation: firstGeneration };
  await client.query({
    name: 'derive-models',
    text: `insert into projection (timeline, generation, fold_version, state) values ($1, $2, $3, 'current')`,
    values: [timeline, firstGeneration, foldVersion],
  });
  for (let from = 0; from < size; from += page) {
    await writeDecisions(client, timeline, await readRange(client, timeline, from, from + page));
  }
  let folded = 0;
  for (let after: string | null = null; ;) {
    const { matters, last } = await nextMatters(client, timeline, after, together);
    if (last === null) return;
    folded += await foldMatters(client, kinds, models, matters, size);
    onProgress(folded);
    after = last;
  }
}

/** What the desk decided, and who is withheld: rows that are in no generation. */
async function writeDecisions(client: PoolClient, timeline: string, entries: StoredEntry[]): Promise<void> {
  const all = entries.flatMap((entry) => readRecorded(entry) ?? []);
  const redactedBy = await redactionsOfTargets(client, timeline, all);
  const rows = all.map(({ position, recordedAt, content }): RecordedRows => {
    const decision = isDesk(content) ? { position, target: content.target } : null;
    const said = withholdingOf(content, recordedAt);
    // A redaction ends what was said before of withholding its target.
    const withholding = said && (redactedBy.get(said.id) ?? -1) > position ? null : said;
    return { ...nothingFolded, decision, withholding };
  });
  await writeRowsAlone(client, timeline, null, rows);
}

/** Of what these decisions are about and is destroyed, by id: the position of the redaction. */
async function redactionsOfTargets(
  client: PoolClient,
  timeline: string,
  decisions: Recorded[],
): Promise<Map<string, number>> {
  const targets = decisions.flatMap(({ content }) => (isDesk(content) ? [content.target] : []));
  if (targets.length === 0) return new Map();
  const entries = await readIds(client, timeline, [...new Set(targets)]);
  const positions = entries.map(({ position }) => position);
  const redactions = await readRedactions(client, timeline, positions);
  return new Map(entries.map(({ id, position }) => [id, redactions.get(position) ?? -1]));
}
