import { Inject, Logger } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { hasRoom, isDatabaseAway, refusesWrites } from '#libs/database';
import type { Notary } from '#libs/notary';
import { countParkedMatters, strayedTimelines } from '#libs/situations';
import { verificationProgress } from '#libs/verification';
import { FOLD_VERSION, NOTARY, READERS } from '../tokens.js';

interface Check {
  name: string;
  ok: boolean;
  detail?: string;
}

export interface Readiness {
  ready: boolean;
  checks: Check[];
}

/**
 * Whether the service can do its work: the database answers, takes writes and has room for them, no projection is stuck,
 * every log goes on from what was signed of it, and verifying found nothing wrong. Anyone may ask, so no timeline is
 * named: the service's own log does that.
 */
export class CheckReadiness extends Query<Readiness> {}

@QueryHandler(CheckReadiness)
export class CheckReadinessHandler implements IQueryHandler<CheckReadiness> {
  private readonly log = new Logger(CheckReadinessHandler.name);
  private wasFull = false;
  private underWay: Promise<Readiness> | undefined;

  constructor(
    @Inject(READERS) private readonly readers: Pool,
    @Inject(NOTARY) private readonly notary: Notary,
    @Inject(FOLD_VERSION) private readonly foldVersion: number,
  ) {}

  /** It costs the database something, and anyone may ask: all who do meanwhile are told the same. */
  execute(): Promise<Readiness> {
    this.underWay ??= this.look().finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  private async look(): Promise<Readiness> {
    let ofDatabase: Check[];
    try {
      ofDatabase = await Promise.all([
        told('database', () => this.databaseCheck()),
        told('situations', () => this.situationsCheck()),
        told('fold', () => this.foldCheck()),
        told('record', () => this.recordCheck()),
      ]);
    } catch {
      // Nothing else is thrown by any of them.
      const detail = 'the database does not answer';
      return { ready: false, checks: [{ name: 'database', ok: false, detail }] };
    }
    const checks = [...ofDatabase, await this.checkpointsCheck()];
    return { ready: checks.every(({ ok }) => ok), checks };
  }

  private async databaseCheck(): Promise<Check> {
    const why = await refusesWrites(this.readers);
    if (why !== undefined) return { name: 'database', ok: false, detail: mends[why] };
    const isFull = !(await hasRoom(this.readers));
    if (isFull && !this.wasFull) this.log.warn(`Of the database: ${mends.full}.`);
    this.wasFull = isFull;
    return isFull ? { name: 'database', ok: false, detail: mends.full } : { name: 'database', ok: true };
  }

  private async situationsCheck(): Promise<Check> {
    const parked = await countParkedMatters(this.readers);
    if (parked === 0) return { name: 'situations', ok: true };
    return {
      name: 'situations',
      ok: false,
      detail: `the fold of ${parked} matters failed: they are parked until a rebuild`,
    };
  }

  /** Read models of an earlier fold answer as they stand while they are rebuilt; into later ones nothing is written. */
  private async foldCheck(): Promise<Check> {
    const strayed = await strayedTimelines(this.readers, this.foldVersion);
    const later = strayed.filter(({ fold }) => fold === 'later').length;
    const behind = strayed.length - later;
    if (later > 0) {
      const detail = `the read models of ${later} timelines are of a later fold: this release records nothing there`;
      return { name: 'fold', ok: false, detail };
    }
    if (behind === 0) return { name: 'fold', ok: true };
    const detail = `the read models of ${behind} timelines are being rebuilt for fold ${this.foldVersion}`;
    return { name: 'fold', ok: true, detail };
  }

  private async recordCheck(): Promise<Check> {
    const { wrong, timelines } = await verificationProgress(this.readers);
    if (wrong === 0) return { name: 'record', ok: true };
    const detail =
      `verifying found ${wrong} of ${timelines} timelines to differ from what their ledgers say: the service’s log ` +
      'tells where, and so does `dateline verify`';
    return { name: 'record', ok: false, detail };
  }

  private async checkpointsCheck(): Promise<Check> {
    const troubles = await this.notary.troubles();
    if (troubles.length === 0) return { name: 'checkpoints', ok: true };
    const others = troubles.length > 1 ? ` (and ${troubles.length - 1} more ledgers)` : '';
    return { name: 'checkpoints', ok: false, detail: `of one ledger${others}: ${troubles[0]!.reason}` };
  }
}

const mends = {
  standby: 'it is a standby and takes no writes: promote it, or have DATABASE_URL name the primary',
  'read-only':
    'it takes no writes: default_transaction_read_only is on for the server, the database or the role; reset it',
  full: 'its disk is full, and nothing can be recorded: make room where its files lie; nothing else needs to be done',
};

/** What a check says; red where it fails and the database is there. @throws what pg throws when the database is away */
async function told(name: string, check: () => Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    // Not its message, which may quote what is stored, and which anyone might read.
    const { code, name: kind } = error as Error & { code?: string };
    return { name, ok: false, detail: `the database answers, and this cannot be told: ${code ?? kind}` };
  }
}
