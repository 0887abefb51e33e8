import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { builtInKinds, formatInstant, foldVersion, parseInstant, splitType } from '#libs/chronology';
import {
  readPositions,
  readRedactions,
  readStreams,
  readStreamVersions,
  type StoredEntry,
} from '#libs/ledger';
import type { Notary } from '#libs/notary';
import { readRecorded } from '#libs/situations';
import { InvalidParameter, TooMuchToProve, UnknownMatter } from '../errors.js';
import { foldMatterInTurns, notesOf } from '../fold-matter.js';
import { LogProofs } from '../log-proofs.js';
import { matterState } from '../matter-state.js';
import { type PointParameters, Points } from '../point.js';
import { isPosition } from '../position.js';
import { mostProven, type ProvenEntry, type ProvenMatter } from '../proven-matter.js';
import { NOTARY, READERS } from '../tokens.js';

export interface ProvenMatterParameters extends PointParameters {
  matter: string;
}

/** One matter at one pinned point, with all that it takes to find out offline that it follows from the log. */
export class ProveMatter extends Query<ProvenMatter> {
  constructor(readonly parameters: ProvenMatterParameters) {
    super();
  }
}

/** Entries read in one go. */
const readAtOnce = 500;

/**
 * The state is folded from the very entries that the answer carries, not looked up: so the two agree also while
 * something is being redacted.
 */
@QueryHandler(ProveMatter)
export class ProveMatterHandler implements IQueryHandler<ProveMatter> {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    @Inject(NOTARY) private readonly notary: Notary,
    private readonly points: Points,
    private readonly proofs: LogProofs,
  ) {}

  /** @throws UnknownTimeline, UnknownMatter, InvalidParameter, NotCaughtUp, TooMuchToProve, LogInconsistent */
  async execute({ parameters }: ProveMatter): Promise<ProvenMatter> {
    assertPinned(parameters);
    const { matter } = parameters;
    const { timeline, asOf, knownAt, kinds } = await this.points.resolve(parameters);
    const { slug } = timeline;
    const entries = await this.streamUpTo(slug, matter, knownAt);
    const { account, slot } = await foldMatterInTurns(matter, entries, kinds, asOf);
    if (!slot) throw new UnknownMatter(slug, matter);
    const beside = await this.definitionsFor(slug, entries, knownAt);
    const redactions = await this.redactionsOf(slug, entries, beside);
    const all = [...entries, ...beside].sort((a, b) => a.position - b.position);
    const { checkpoint, hashes } = await this.proofs.inclusions(slug, all);
    const proven = (entry: StoredEntry) => provenEntry(entry, hashes.get(entry.position)!, redactions);
    const carried = new Set(entries);
    return {
      timeline: slug,
      matter,
      asOf: formatInstant(asOf),
      knownAt,
      foldVersion,
      state: matterState(slot, asOf, kinds, notesOf(account, asOf)),
      entries: entries.map(proven),
      beside: all.filter((entry) => !carried.has(entry)).map(proven),
      checkpoint,
      key: this.notary.verifierKeys(slug)[0]!,
    };
  }

  private async streamUpTo(timeline: string, matter: string, knownAt: number): Promise<StoredEntry[]> {
    const entries: StoredEntry[] = [];
    let bytes = 0;
    for (;;) {
      const after = entries.length;
      const versions = { after, upTo: after + readAtOnce, before: knownAt + 1 };
      const some = await readStreamVersions(this.readers, timeline, [matter], versions);
      entries.push(...some);
      for (const { payload } of some) bytes += payload?.length ?? 0;
      if (entries.length > mostProven.entries || bytes > mostProven.bytes) {
        throw new TooMuchToProve(timeline, matter, mostProven);
      }
      if (some.length < readAtOnce) return entries;
    }
  }

  /** The definitions of those kinds among the entries' that are the timeline's own. */
  private async definitionsFor(
    timeline: string,
    entries: StoredEntry[],
    knownAt: number,
  ): Promise<StoredEntry[]> {
    const types = entries.flatMap((entry) => readRecorded(entry)?.content.type ?? []);
    const named = types.map((type) => splitType(type)[0]);
    const own = [...new Set(named)].filter((kind) => kind !== 'record' && !builtInKinds.has(kind));
    if (own.length === 0) return [];
    const streams = own.map((kind) => `kind/${kind}`);
    const defined = await readStreams(this.readers, timeline, streams, knownAt + 1);
    // The first one is what counts; it may have been repeated.
    return streams.flatMap((stream) => defined.find((entry) => entry.stream === stream) ?? []);
  }

  /** By position of what is destroyed; redactions that are not among the entries yet come to stand beside them. */
  private async redactionsOf(
    timeline: string,
    entries: StoredEntry[],
    beside: StoredEntry[],
  ): Promise<Map<number, number>> {
    const destroyed = entries.filter(({ payload }) => payload === null).map(({ position }) => position);
    if (destroyed.length === 0) return new Map();
    const redactions = await readRedactions(this.readers, timeline, destroyed);
    const carried = new Set(entries.map(({ position }) => position));
    const more = [...redactions.values()].filter((position) => !carried.has(position));
    if (more.length > 0) beside.push(...(await readPositions(this.readers, timeline, more)));
    return redactions;
  }
}

/** @throws InvalidParameter where the point would be another one tomorrow */
function assertPinned({ asOf, knownAt }: PointParameters): void {
  if (asOf === undefined || parseInstant(asOf) === undefined) {
    throw new InvalidParameter('asOf', 'must be an instant such as 2025-08-29T12:00:00Z where proof=true');
  }
  if (knownAt === undefined || !isPosition(knownAt)) {
    throw new InvalidParameter('knownAt', 'must be a position (0, 1, 2 …) where proof=true');
  }
}

function provenEntry(
  { position, entry, payload, salt, id, version }: StoredEntry,
  hashes: Buffer[],
  redactions: ReadonlyMap<number, number>,
): ProvenEntry {
  return {
    position,
    entry: entry.toString('base64'),
    payload: payload?.toString('base64') ?? null,
    salt: salt?.toString('base64') ?? null,
    hashes: hashes.map((hash) => hash.toString('base64')),
    redacted: payload === null ? { id, version, by: redactions.get(position)! } : null,
  };
}
