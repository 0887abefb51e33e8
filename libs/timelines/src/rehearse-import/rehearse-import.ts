import type { Pool } from 'pg';
import { builtInKinds, type Content, isDesk, isRegistry } from '#libs/chronology';
import type { NdjsonLine } from '#libs/exchange';
import { GroupRefused, Rehearsal } from '#libs/ledger';
import { situationsCompanion, UnknownTarget, type Vocabularies } from '#libs/situations';
import type { Draft } from '../intake/drafts.js';
import { findTargets, type Targets } from '../recording/find-targets.js';
import { keepEmbargoes } from '../recording/keep-embargoes.js';
import { KnownKinds } from '../recording/known-kinds.js';
import { proposalOf } from '../recording/proposal-of.js';
import { readAll, type Reading } from '../recording/read-all.js';
import { refusalOf } from '../recording/refusal.js';
import type { TimelineDirectory } from '../timeline-directory.js';

/** What an import of some lines would do. */
export interface RehearsedLines {
  wouldRecord: number;
  /** Lines that stand in the ledger already, or further up. */
  duplicates: number;
  /** Lines that name no id: sent again, they would be recorded again. */
  withoutId: number;
  refused: { line: number; error: unknown }[];
}

export interface ImportToRehearse {
  timeline: string;
  lines: AsyncIterable<NdjsonLine[]>;
  recordedBy: string;
}

interface ReadLine {
  line: number;
  draft: Draft;
}

/**
 * Judges an import line by line without recording anything: every line that would be refused is told, and those
 * behind it are judged as though it were not there. It judges by the ledger as it stands now, and it keeps the ids of
 * all lines in memory.
 */
export class RehearseImport {
  constructor(
    private readonly readers: Pool,
    private readonly vocabularies: Vocabularies,
    private readonly directory: TimelineDirectory,
    private readonly clock: () => number,
  ) {}

  /** @throws UnknownTimeline; the steps reject with what `lines` rejects with */
  async execute(request: ImportToRehearse): Promise<AsyncGenerator<RehearsedLines, void, void>> {
    const { slug, timezone } = await this.directory.find(request.timeline);
    const { readers, vocabularies, clock } = this;
    const companion = situationsCompanion(readers, builtInKinds);
    const kinds = new KnownKinds({ readers, vocabularies, timeline: slug });
    const rehearsal = new Rehearsal({ timeline: slug, readers, companion, clock });
    const reading = { kinds, timezone, mayNotRecord: new Map<string, string>(), prefix: () => '' };
    /** Of all lines so far. */
    const targets: Targets = { developments: new Map(), decisions: new Map() };
    const judge = async (group: NdjsonLine[]): Promise<RehearsedLines> => {
      const { read, refused } = await readGroup(group, reading);
      const placed = await findTargets(
        readers,
        slug,
        read.map(({ draft }) => draft),
        targets,
      );
      const now = clock();
      const proposals = placed.flatMap((each) =>
        each instanceof UnknownTarget ? [] : [proposalOf(each, now)],
      );
      await keepEmbargoes(proposals, now, readers);
      const verdicts = await rehearsal.judge(proposals, request.recordedBy);
      const rehearsed: RehearsedLines = { wouldRecord: 0, duplicates: 0, withoutId: 0, refused };
      for (const [index, { line, draft }] of read.entries()) {
        const place = placed[index]!;
        const verdict = place instanceof UnknownTarget ? place : verdicts.shift()!;
        if (verdict instanceof UnknownTarget) refused.push({ line, error: refusalOf(verdict, '') });
        else if (verdict instanceof GroupRefused) refused.push({ line, error: refusalOf(verdict.cause, '') });
        else {
          if (draft.id === undefined) rehearsed.withoutId++;
          rehearsed[verdict.duplicate ? 'duplicates' : 'wouldRecord']++;
          const content = place as Content;
          const kind = isDesk(content) && !isRegistry(content) ? 'decisions' : 'developments';
          targets[kind].set(verdict.id, content.matter);
        }
      }
      refused.sort((a, b) => a.line - b.line);
      return rehearsed;
    };
    return (async function* () {
      for await (const group of request.lines) yield await judge(group);
    })();
  }
}

async function readGroup(group: NdjsonLine[], reading: Reading) {
  const read: ReadLine[] = [];
  const refused: { line: number; error: unknown }[] = [];
  for (const each of group) {
    try {
      if ('error' in each) throw each.error;
      read.push({ line: each.line, draft: (await readAll([each.value], reading))[0]! });
    } catch (error) {
      refused.push({ line: each.line, error });
    }
  }
  return { read, refused };
}
