import { randomBytes } from 'node:crypto';
import { openAccess } from '#libs/access';
import { builtInKinds, foldVersion as thisFold } from '#libs/chronology';
import { createPool, type Log } from '#libs/database';
import { CommitHints, Ledger, tuneForAppends } from '#libs/ledger';
import { Notary, type Signing } from '#libs/notary';
import { FoldKeeper, LogIndexer, situationsCompanion } from '#libs/situations';

/** What the use cases work on: connections, and the ledgers over them. */
export type Resources = ReturnType<typeof openResources>;

/**
 * @param url of the database, as the service's role
 * @param clock milliseconds since 1970-01-01T00:00:00Z
 * @param foldVersion that of the fold in `#libs/chronology`; another one to see what a service of another does
 */
export function openResources(
  url: string,
  log: Log,
  clock: () => number,
  signing: Signing,
  foldVersion = thisFold,
) {
  const readers = createPool({ url, log, applicationName: 'dateline readers', max: 10 });
  // Few: what arrives while these append goes into the next batch.
  const writers = tuneForAppends(createPool({ url, log, applicationName: 'dateline writers', max: 6 }));
  // A key is found, and its revocation heard of, also while all readers are busy.
  const gatekeepers = createPool({ url, log, applicationName: 'dateline gate', max: 4 });
  const access = openAccess({ pool: gatekeepers, clock, random: randomBytes });
  const hints = new CommitHints(readers);
  const indexer = new LogIndexer(readers, hints, log);
  indexer.start();
  const companion = situationsCompanion(readers, builtInKinds, { foldVersion, indexer });
  const ledger = new Ledger({ writers, readers, companion, hints, clock });
  const notary = new Notary({ ...signing, db: readers, hints, log });
  notary.start();
  const keeper = new FoldKeeper({ pool: writers, kinds: builtInKinds, foldVersion, clock }, log);
  keeper.start();
  const close = async (): Promise<void> => {
    await Promise.all([indexer.close(), notary.close(), keeper.close()]);
    hints.close();
    await access.close();
    await Promise.all([readers.end(), writers.end(), gatekeepers.end()]);
  };
  return { readers, hints, ledger, notary, access, clock, foldVersion, close };
}
