import type { PoolClient } from 'pg';
import { foldVersion, isRegistryStream } from '#libs/chronology';
import {
  readStreams,
  type RepeatedId,
  repeatedIds,
  shortStreamsBehind,
  type StoredEntry,
} from '#libs/ledger';
import {
  type DecidedRows,
  foldOf,
  type IndexRowApart,
  indexRowsApart,
  readDecidedRows,
  readMatterRows,
  readStanding,
  type StoredMatterRows,
} from '#libs/situations';

/** Entries that are read and folded in one go; a longer stream still goes whole. */
const entriesAtOnce = 2_000;
/** Names of streams looked at in one go. */
const streamsAtOnce = 100;

/** Some streams, and all that is stored of them, as it stood in one moment. */
export interface NextStreams {
  /** By name; none when there are no more. */
  streams: Map<string, StoredEntry[]>;
  /** What the read models have of those that are matters. */
  rows: Map<string, StoredMatterRows>;
  /** Positions that the read models have taken in: those below. */
  known: number;
  /** Whether this version of the fold made them. */
  sameFold: boolean;
  /** What is kept of the desk's decisions in them. */
  decided: DecidedRows;
  /** Rows behind the log's filters that are not as they should be. */
  indexApart: IndexRowApart[];
  /** Those of their entries whose id stands earlier in the ledger too. */
  repeated: RepeatedId[];
}

/** The first `most` streams behind `after`, by name, if they are not too long together. */
export async function readNextStreams(
  client: PoolClient,
  timeline: string,
  after: string,
  most = streamsAtOnce,
): Promise<NextStreams> {
  const ends = await shortStreamsBehind(client, timeline, after, most, entriesAtOnce);
  const names = ends.map(({ stream }) => stream);
  const { models, known } = await readStanding(client, timeline);
  const fold = await foldOf(client, models);
  const entries = await readStreams(client, timeline, names, Number.MAX_SAFE_INTEGER);
  const positions = entries.map(({ position }) => position);
  return {
    streams: groupByStream(names, entries),
    rows: await readMatterRows(client, models, names.filter(isMatter)),
    known,
    sameFold: fold === null || fold === foldVersion,
    decided: await readDecidedRows(client, timeline, positions),
    indexApart: await indexRowsApart(client, timeline, entries),
    repeated: await repeatedIds(client, timeline, entries),
  };
}

/** Registry entries, and what the desk decided about them, have no rows. */
function isMatter(stream: string): boolean {
  return !isRegistryStream(stream);
}

function groupByStream(streams: string[], entries: StoredEntry[]): Map<string, StoredEntry[]> {
  const byStream = new Map<string, StoredEntry[]>(streams.map((stream) => [stream, []]));
  for (const entry of entries) byStream.get(entry.stream)!.push(entry);
  return byStream;
}
