import { randomBytes } from 'node:crypto';
import { openAccess } from '#libs/access';
import { builtInKinds } from '#libs/chronology';
import { createPool, type Log } from '#libs/database';
import { CommitHints, Ledger, tuneForAppends } from '#libs/ledger';
import { Notary, type Signing } from '#libs/notary';
import { LogIndexer, situationsCompanion } from '#libs/situations';

/** What the use cases work on: connections, and the ledgers over them. */
export type Resources = ReturnType<typeof openResources>;

/** @param url of the database, as the service's role @param clock milliseconds since 1970-01-01T00:00:00Z */
export function openResources(url: string, log: Log, clock: () => number, signing: Signing) {
  const readers = createPool({ url, log, applicationName: 'dateline readers', max: 10 });
  // Few: what arrives while these append goes into the next batch.
  const writers = tuneForAppends(createPool({ url, log, applicationName: 'dateline writers', max: 6 }));
  // A key is found, and its revocation heard of, also while all readers are busy.
  const gatekeepers = createPool({ url, log, applicationName: 'dateline gate', max: 4 });
  const access = openAccess({ pool: gatekeepers, clock, random: randomBytes });
  const hints = new CommitHints(readers);
  const companion = situationsCompanion(readers, builtInKinds);
  const ledger = new Ledger({ writers, readers, companion, hints, clock });
  const indexer = new LogIndexer(readers, hints);
  indexer.start();
  const notary = new Notary({ ...signing, db: readers, hints, log });
  notary.start();
  const close = async (): Promise<void> => {
    await Promise.all([indexer.close(), notary.close()]);
    hints.close();
    await access.close();
    await Promise.all([readers.end(), writers.end(), gatekeepers.end()]);
  };
  return { readers, hints, ledger, notary, access, clock, close };
}
