import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { type Point, Points } from '../point.js';
import {
  checkSituationNames,
  isAskedFor,
  situationAnswer,
  type SituationParameters,
} from '../situation-answer.js';
import { READERS } from '../tokens.js';
import { foldSituation } from './fold-situation.js';
import { replaySteps } from './replay-steps.js';

export interface ReplayParameters extends SituationParameters {
  /** A line for each development before that of the situation. */
  each?: boolean | undefined;
  /** Told how many of how many entries are folded. */
  onProgress?: (done: number, total: number) => void;
}

export interface Replay {
  /** JSON texts, each without its line feed; the last is the very text of the situation at the same point. */
  lines: AsyncIterable<string>;
  /** Once all lines are read: the entries folded, and those whose content is destroyed, which count nowhere. */
  counts(): { entries: number; redacted: number };
}

/** A timeline's situation, folded from the ledger's bytes with none of the read models. */
export class ReplayTimeline extends Query<Replay> {
  constructor(readonly parameters: ReplayParameters) {
    super();
  }
}

@QueryHandler(ReplayTimeline)
export class ReplayTimelineHandler implements IQueryHandler<ReplayTimeline> {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    private readonly points: Points,
  ) {}

  /** Folds while the lines are read. @throws UnknownTimeline, InvalidParameter, NotCaughtUp */
  async execute({ parameters }: ReplayTimeline): Promise<Replay> {
    const point = await this.points.resolve(parameters);
    checkSituationNames(parameters, point.kinds);
    const counts = { entries: 0, redacted: 0 };
    return { lines: this.lines(point, parameters, counts), counts: () => counts };
  }

  private async *lines(point: Point, parameters: ReplayParameters, counts: ReturnType<Replay['counts']>) {
    const { each = false, onProgress } = parameters;
    const size = point.knownAt + 1;
    // With a line for each the ledger is gone through twice: by position for the lines, by matter for the situation.
    const total = each ? 2 * size : size;
    if (each) {
      for await (const step of replaySteps(this.readers, point.kinds, point)) {
        onProgress?.(step.position + 1, total);
        yield JSON.stringify(step);
      }
    }
    const folded = await foldSituation(
      this.readers,
      point.kinds,
      point,
      (slot) => isAskedFor(slot, parameters, point),
      (entries) => onProgress?.(total - size + entries, total),
    );
    counts.entries = folded.entries;
    counts.redacted = folded.redacted;
    yield JSON.stringify(situationAnswer(point, folded));
  }
}
