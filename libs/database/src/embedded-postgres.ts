import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { completeCluster, initialiseCluster, readPasswords, type ClusterPasswords } from './cluster.js';
import { settleHome, type ClusterHome } from './cluster-home.js';
import { DatabaseUnusable } from './database-unusable.js';
import type { Log } from './log.js';
import { installedBinaries, runnableBinaries, type PostgresBinaries } from './postgres-binaries.js';
import {
  endPostmaster,
  endPostmasterOf,
  launchPostmaster,
  type Listening,
  type Postmaster,
} from './postmaster.js';
import { ownerRole, serviceRole } from './service-role.js';
import { takeSeat, type Seat } from './supervisor-seat.js';

const database = 'dateline';

/** A Postgres of the service's own. Its addresses stay the same for the life of its data folder. */
export interface EmbeddedPostgres {
  /** The superuser, in the database `postgres`: for making databases, never for serving. */
  adminUrl: string;
  /** The owner of the database `dateline`: migrations. */
  ownerUrl: string;
  /** The service's role in the database `dateline`. */
  serviceUrl: string;
  /** Called each time the server is ready again after it had ended unexpectedly. */
  onRestart(listener: () => void): void;
  /** Fast shutdown, if this process started the server; else the server stays for the one that did. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresSettings {
  /** The service's data folder, `$DATELINE_DATA`; the files lie in its `postgres`. */
  dataFolder: string;
  log: Log;
  /** Called while the server comes up, or once it turns out to be another process's: the time for other work. */
  onStarting?: (() => void) | undefined;
  /** The folder with `bin`, `lib` and `share` of a Postgres; that of the installed npm package by default. */
  native?: string;
}

/**
 * Starts the Postgres of a data folder, or follows the process that already runs it (the command line beside the
 * service). If the server dies it is started again; if the process that ran it goes, a follower takes its place.
 *
 * @throws DatabaseUnusable
 */
export async function startEmbeddedPostgres(settings: EmbeddedPostgresSettings): Promise<EmbeddedPostgres> {
  const home = await settleHome(path.resolve(settings.dataFolder), settings.log);
  const native = settings.native ?? (await installedBinaries());
  const binaries = await runnableBinaries(native, home.account, home.home);
  const server = new SupervisedPostgres(binaries, home, await listeningIn(home), settings);
  await server.start();
  return server;
}

/** Resolves `lost` when the server has ended or its supervisor has gone. */
interface Hold {
  lost: Promise<void>;
}

class SupervisedPostgres implements EmbeddedPostgres {
  adminUrl = '';
  ownerUrl = '';
  serviceUrl = '';
  private readonly log: Log;
  private readonly onStarting: (() => void) | undefined;
  private readonly listeners: (() => void)[] = [];
  private seat: Seat | undefined;
  private postmaster: Postmaster | undefined;
  private stopping = false;
  private kept: Promise<void> = Promise.resolve();
  /** Where no parent-death signal exists, this covers the ends of the process that JavaScript sees. */
  private readonly atExit = () => {
    if (this.postmaster !== undefined) process.kill(this.postmaster.pid, 'SIGINT');
  };

  constructor(
    private readonly binaries: PostgresBinaries,
    private readonly home: ClusterHome,
    private readonly listening: Listening,
    { log, onStarting }: EmbeddedPostgresSettings,
  ) {
    this.log = log;
    this.onStarting = onStarting;
  }

  async start(): Promise<void> {
    const hold = await this.hold();
    process.on('exit', this.atExit);
    this.kept = this.keep(hold);
  }

  onRestart(listener: () => void): void {
    this.listeners.push(listener);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    process.off('exit', this.atExit);
    await this.release();
    await this.kept;
    // A restart that was under way may have come to its end meanwhile.
    await this.release();
  }

  /** Takes the seat and brings the server up, or follows. */
  private async hold(): Promise<Hold> {
    for (;;) {
      this.seat = await takeSeat(this.home.run);
      try {
        if (this.seat.kind === 'leading') return await this.lead();
        if (await this.follow(this.seat.vacated)) return { lost: this.seat.vacated };
      } catch (error) {
        await this.release();
        throw error;
      }
    }
  }

  private async lead(): Promise<Hold> {
    const passwords = await initialiseCluster(this.binaries, this.home);
    this.setUrls(passwords);
    await endPostmasterOf(this.binaries, this.home);
    const postmaster = await this.launch();
    this.postmaster = postmaster;
    const lost = postmaster.ended.then(() => {
      if (this.postmaster === postmaster) this.postmaster = undefined;
    });
    await completeCluster(this.adminUrl, database, passwords);
    return { lost };
  }

  /** Backends that outlive a killed postmaster hold its shared memory for a moment more; that passes. */
  private async launch(): Promise<Postmaster> {
    for (const until = performance.now() + 30_000; ; await delay(200)) {
      try {
        return await launchPostmaster(this.binaries, this.home, this.listening, this.onStarting);
      } catch (error) {
        const passing = error instanceof DatabaseUnusable && /shared memory block/.test(error.message);
        if (!passing || this.stopping || performance.now() > until) throw error;
      }
    }
  }

  /** False when the seat was vacated before its holder had the server ready. */
  private async follow(vacated: Promise<void>): Promise<boolean> {
    this.onStarting?.();
    let vacant = false;
    void vacated.then(() => (vacant = true));
    for (const until = performance.now() + 60_000; !vacant; await delay(50)) {
      const passwords = await readPasswords(this.home);
      if (passwords !== undefined) {
        this.setUrls(passwords);
        if (await answers(this.serviceUrl)) return true;
      }
      if (performance.now() > until) {
        const message = `Another process runs the database in ${this.home.data}, but it does not answer.`;
        throw new DatabaseUnusable('embedded-postgres-failed', message);
      }
    }
    return false;
  }

  private async keep(first: Hold): Promise<void> {
    for (let hold: Hold | undefined = first; hold !== undefined; hold = await this.holdAgain()) {
      await hold.lost;
      if (this.stopping) return;
      this.log.warn('The embedded Postgres has ended unexpectedly; it is started again.');
    }
  }

  /** Tries until it succeeds or the service stops, at most 5 s apart. */
  private async holdAgain(): Promise<Hold | undefined> {
    for (let pause = 100; !this.stopping; pause = Math.min(2 * pause, 5_000)) {
      try {
        await this.release();
        const hold = await this.hold();
        this.log.info('The embedded Postgres is ready again.');
        for (const listener of this.listeners) listener();
        return hold;
      } catch (error) {
        this.log.warn(error instanceof Error ? error.message : String(error));
        await delay(pause);
      }
    }
    return undefined;
  }

  /** Ends what this process runs, the server before the seat: a successor then finds the data folder free. */
  private async release(): Promise<void> {
    const [postmaster, seat] = [this.postmaster, this.seat];
    if (postmaster !== undefined) {
      await endPostmaster(this.binaries, postmaster.pid, () => this.postmaster === postmaster);
    }
    this.seat = undefined;
    await seat?.leave();
  }

  private setUrls(passwords: ClusterPasswords): void {
    const { run, port } = this.listening;
    const place = process.platform === 'win32' ? '' : `?host=${encodeURIComponent(run)}`;
    const url = (role: keyof ClusterPasswords, name: string) =>
      `postgresql://${role}:${passwords[role]}@localhost:${port}/${name}${place}`;
    this.adminUrl = url('postgres', 'postgres');
    this.ownerUrl = url(ownerRole, database);
    this.serviceUrl = url(serviceRole, database);
  }
}

/** A socket needs no port of its own, only a name; where a port is needed it is chosen once and kept. */
async function listeningIn({ home, run }: ClusterHome): Promise<Listening> {
  if (process.platform !== 'win32') return { run, port: 5432 };
  const file = path.join(home, 'port');
  const kept = Number(await readFile(file, 'utf8').catch(() => ''));
  const port = kept || randomInt(20_000, 32_000);
  if (!kept) await writeFile(file, String(port));
  return { run, port };
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
