/** How fast a ledger's situation is folded from its payload bytes alone, as `dateline replay` does. */
import { builtInKinds, completeWorld } from '#libs/chronology';
import type { WorldContent } from '#libs/chronology';
import { canonicalJson } from '#libs/ledger';
import type { StoredEntry } from '#libs/ledger';
import { writeBounds } from '#libs/situations';
import { foldMatter } from '#libs/timelines';
import { worldSpan } from './large-ledger.js';
import { alternate } from './measure.js';
import type { Options } from './options.js';
import type { Outcome } from './report.js';
import { atLeast, medianOf } from './report.js';
import { sampleDevelopment, secondOf, worldBegins } from './sample-development.js';

const matters = 200;
const unit = 'developments/s';

export async function fold(options: Options): Promise<Outcome> {
  const entries = ledgerOf(options.scale);
  const streams = byStream(entries);
  const bytes = entries.reduce((sum, { payload }) => sum + payload!.length, 0);
  const perSecond = (work: () => void) => async () => {
    const began = performance.now();
    work();
    return (entries.length / (performance.now() - began)) * 1000;
  };
  const parseAlone = perSecond(() => {
    for (const { payload } of entries) JSON.parse(payload!.toString());
  });
  const rows = await alternate(
    [
      { name: 'fold from bytes', unit, run: perSecond(() => foldAll(streams)) },
      { name: 'JSON.parse of the same bytes alone', unit, run: parseAlone },
    ],
    options.repeats,
  );
  const bars = [atLeast('developments folded a second', 100_000, medianOf(rows, 'fold from bytes'))];
  return { rows, bars, notes: { 'payload bytes, mean': Math.round(bytes / entries.length), matters } };
}

/** The situation at the end of the ledger's world, as a replay folds it: matter by matter. */
function foldAll(streams: StoredEntry[][]): void {
  const end = worldBegins.getTime() + 2 * worldSpan * 1000;
  const shown = streams.filter((stream) => {
    return foldMatter(stream[0]!.stream, stream, builtInKinds, end).slot !== null;
  });
  if (shown.length !== streams.length) throw new Error(`${shown.length} matters in the end`);
}

/** As the ledger gives them to whoever folds it: one stream after the other. */
function byStream(entries: StoredEntry[]): StoredEntry[][] {
  const streams = new Map<string, StoredEntry[]>();
  for (const entry of entries) {
    const stream = streams.get(entry.stream);
    if (stream) stream.push(entry);
    else streams.set(entry.stream, [entry]);
  }
  return [...streams.values()];
}

/** A ledger in memory: nine developments in ten in order, one late. Only what the fold reads is filled in. */
function ledgerOf(size: number): StoredEntry[] {
  const world = { from: 0, step: worldSpan / size, late: true };
  const [entry, leafHash, salt] = [Buffer.alloc(0), Buffer.alloc(32), Buffer.alloc(32)];
  return Array.from({ length: size }, (_, position) => {
    const stream = `matter-${position % matters}`;
    const sample = sampleDevelopment('fold', position, stream, secondOf(position, world));
    const content = { mode: 'actual', assertion: 'reported', ...sample } as unknown as WorldContent;
    const recordedAt = worldBegins.getTime() + worldSpan * 1000 + position;
    const version = Math.floor(position / matters) + 1;
    const bounds = writeBounds(completeWorld(content, recordedAt));
    const payload = Buffer.from(canonicalJson({ ...content, version, bounds }));
    return { position, recordedAt, id: sample.id, stream, version, entry, leafHash, payload, salt };
  });
}
