import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { isDatabaseAway } from '#libs/database';
import type { CommitHints } from '#libs/ledger';
import { HINTS, ReleaseEmbargoes } from '#libs/timelines';

/** Looks this far apart at the most, in ms: a hint that an embargo was recorded may be lost. */
const patience = 15_000;
/** … and at the least: commits may come by the thousand. */
const pause = 250;
/** After a failure, in ms. */
const retryAfter = 1_000;
/** Clocks that are further apart than this, in ms, are not synchronised. */
const tolerable = 5_000;

/** Has embargoes lifted when they are due, and at the start those that became due while no service ran. */
@Injectable()
export class EmbargoWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(EmbargoWatch.name);
  private readonly closing = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private woken = new AbortController();
  private hasWarned = false;
  /** What was said of the last look: it is not said of each again. */
  private said = new Set<string>();

  constructor(
    private readonly releases: ReleaseEmbargoes,
    @Inject(HINTS) private readonly hints: CommitHints,
  ) {}

  onApplicationBootstrap(): void {
    this.hints.on('commit', this.wake);
    this.running = this.run();
  }

  /** Resolves when what it is at is done. */
  async onModuleDestroy(): Promise<void> {
    this.hints.off('commit', this.wake);
    this.closing.abort();
    await this.running;
  }

  private readonly wake = (): void => {
    // Each abort makes an error with its stack first, also where all was aborted already.
    if (!this.woken.signal.aborted) this.woken.abort();
  };

  private async run(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      this.woken = new AbortController();
      const wait = await this.look();
      await rest(Math.min(wait, pause), signal);
      await rest(wait - pause, AbortSignal.any([signal, this.woken.signal]));
    }
  }

  /** Lifts what is due; gives the milliseconds until there may be more. */
  private async look(): Promise<number> {
    try {
      const { failures, wait, skew } = await this.releases.execute();
      this.tellOf(skew);
      this.say(
        failures.map(({ embargo: { timeline, id }, error }) => {
          return `The embargo of ${id} in ${timeline} could not be lifted, and is tried again: ${String(error)}`;
        }),
      );
      if (failures.length > 0) return retryAfter;
      return wait === null ? patience : Math.min(patience, wait);
    } catch (error) {
      if (!isDatabaseAway(error)) this.say([`Embargoes could not be looked at: ${String(error)}`]);
      return retryAfter;
    }
  }

  private say(messages: string[]): void {
    for (const message of messages) if (!this.said.has(message)) this.log.warn(message);
    this.said = new Set(messages);
  }

  private tellOf(skew: number): void {
    if (this.hasWarned || skew <= tolerable) return;
    this.hasWarned = true;
    const apart = Math.round(skew / 1000);
    this.log.warn(`The clocks of this machine and of the database are ${apart} s apart: synchronise them.`);
  }
}

async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds <= 0) return;
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
