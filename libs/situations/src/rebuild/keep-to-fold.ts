import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#libs/database';
import { isDatabaseAway } from '#libs/database';
import { RebuildTakenOver } from './errors.js';
import { readGenerations } from './generation.js';
import { followAgain, rebuildTimeline } from './rebuild-timeline.js';
import type { RebuildSettings } from './settings.js';
import { type Strayed, strayedTimelines } from './strayed-timelines.js';

/** How often to look for read models of another fold, in ms. */
const interval = 5_000;

/** Thrown between two steps when the service ends. */
class Stopped extends Error {}

/**
 * Sees to it that what answers was folded as this service folds: rebuilds behind the appends what was folded by an
 * earlier version, and says so. What was folded by a later one it leaves alone. Of several processes one rebuilds a
 * timeline: the others see it come on, and take over only if it stands still from one look to the next.
 */
export class FoldKeeper {
  private readonly stopping = new AbortController();
  private working: Promise<void> = Promise.resolve();
  /** How far another process's rebuild was at the last look. */
  private readonly seen = new Map<string, string>();
  /** Timelines whose rebuild failed, and by what. */
  private readonly failing = new Map<string, string>();
  private said = '';

  constructor(
    private readonly settings: RebuildSettings,
    private readonly log: Log,
  ) {}

  start(): void {
    this.working = this.work();
  }

  /** Resolves when the step it is at is done; the next process goes on from there. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.working;
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.look();
      } catch (error) {
        if (error instanceof Stopped) return;
        if (!isDatabaseAway(error)) this.log.warn(`while rebuilding read models: ${String(error)}`);
      }
      await sleep(interval, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    const strayed = await strayedTimelines(this.settings.pool, this.settings.foldVersion);
    this.say(strayed);
    for (const { timeline, fold } of strayed) {
      if (fold === 'later' || (await this.isAtIt(timeline))) continue;
      try {
        await this.mend(timeline, fold);
        this.failing.delete(timeline);
      } catch (error) {
        if (error instanceof Stopped || isDatabaseAway(error)) throw error;
        if (!(error instanceof RebuildTakenOver)) this.tellOf(timeline, error as Error & { code?: string });
      }
    }
  }

  /** Once, and without the error's words: they may quote what is to be destroyed one day. */
  private tellOf(timeline: string, { code, name }: Error & { code?: string }): void {
    const why = code ?? name;
    if (this.failing.get(timeline) === why) return;
    this.failing.set(timeline, why);
    this.log.warn(
      `The read models of ${timeline} cannot be rebuilt (${why}), and are tried again; \`dateline verify ${timeline}\` tells more.`,
    );
  }

  private async mend(timeline: string, fold: 'earlier' | 'same'): Promise<void> {
    const settings: RebuildSettings = { ...this.settings, pause: this.pause };
    if (fold === 'same') return followAgain(settings, timeline);
    const { entries } = await rebuildTimeline(settings, timeline);
    const { foldVersion } = this.settings;
    this.log.info(`The read models of ${timeline} were rebuilt by fold ${foldVersion}: ${entries} entries.`);
  }

  /** Whether another process's rebuild has come on since the last look, or is seen for the first time. */
  private async isAtIt(timeline: string): Promise<boolean> {
    const building = (await readGenerations(this.settings.pool, timeline)).find(
      ({ state }) => state === 'building',
    );
    if (building === undefined) return false;
    const { generation, size, lastMatter } = building;
    const now = `${generation} ${size} ${lastMatter}`;
    const before = this.seen.get(timeline);
    this.seen.set(timeline, now);
    return before !== now;
  }

  private say(strayed: Strayed[]): void {
    const earlier = strayed.filter(({ fold }) => fold === 'earlier').length;
    const later = strayed.filter(({ fold }) => fold === 'later').length;
    const { foldVersion } = this.settings;
    const said = `${earlier} ${later}`;
    if (said === this.said) return;
    this.said = said;
    if (earlier > 0)
      this.log.info(
        `The read models of ${earlier} timelines are of an earlier fold than ${foldVersion}: they are rebuilt now. Until ` +
          'then they answer as they stand; what is recorded meanwhile is in the log at once, and in them later.',
      );
    if (later > 0)
      this.log.warn(
        `The read models of ${later} timelines are of a later fold than ${foldVersion}: this release answers from them ` +
          'and records nothing there. Run the release that made them, or dateline rebuild.',
      );
  }

  /** As long as the step took: half of one connection is left to others. */
  private readonly pause = async (took: number): Promise<void> => {
    const { signal } = this.stopping;
    await sleep(took, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw new Stopped();
  };
}
