import { commandLine, recordGateEvent } from '#libs/access';
import { builtInKinds } from '#libs/chronology';
import { createPool } from '#libs/database';
import type { NdjsonLine } from '#libs/exchange';
import { CommitHints, Ledger, tuneForAppends } from '#libs/ledger';
import { LogIndexer, situationsCompanion } from '#libs/situations';
import { ImportDevelopments, ImportDevelopmentsHandler, RehearseImport } from '#libs/timelines';
import { type ImportTally, problemOf } from './import-tally.js';
import { log } from './log.js';
import { type Recorder, withoutKeys } from './recorder.js';
import type { Reading } from './with-database.js';

/**
 * Records lines in the database itself, by the service's own use case. A service may run on it all the while. The gate's
 * trail keeps who did it, however it ends.
 */
export async function recordHere(
  { readers, url, directory, vocabularies }: Reading,
  { recordedBy, keyId, role }: Recorder,
  timeline: string,
  lines: AsyncIterable<NdjsonLine[]>,
  tally: ImportTally,
): Promise<void> {
  let noted = 0;
  let begun = false;
  const writers = tuneForAppends(createPool({ url, log, applicationName: 'dateline import', max: 1 }));
  const hints = new CommitHints(readers);
  const indexer = new LogIndexer(readers, hints, log);
  indexer.start();
  try {
    const companion = situationsCompanion(readers, builtInKinds, { indexer });
    const ledger = new Ledger({ writers, readers, companion, hints, clock: Date.now });
    const handler = new ImportDevelopmentsHandler(ledger, readers, vocabularies, directory, Date.now);
    const steps = await handler.execute(
      new ImportDevelopments({ timeline, lines, recordedBy, mayNotRecord: new Map() }),
    );
    begun = true;
    for await (const { receipts, ended } of steps) {
      noted += receipts.length;
      tally.receive(receipts);
      if (ended) tally.refuse(ended.line, problemOf(ended.error));
    }
  } finally {
    const event = { action: 'import', at: Date.now(), keyId, role, timeline } as const;
    try {
      await writers.end();
      if (begun)
        await recordGateEvent(readers, { ...event, detail: { by: commandLine.by, receipts: noted } });
    } finally {
      await indexer.close();
    }
  }
}

export async function rehearseHere(
  { readers, directory, vocabularies }: Reading,
  timeline: string,
  lines: AsyncIterable<NdjsonLine[]>,
  tally: ImportTally,
): Promise<void> {
  const rehearsal = new RehearseImport(readers, vocabularies, directory, Date.now);
  for await (const rehearsed of await rehearsal.execute({
    timeline,
    lines,
    recordedBy: withoutKeys.recordedBy,
  })) {
    tally.rehearse(rehearsed);
    for (const { line, error } of rehearsed.refused) tally.refuse(line, problemOf(error));
  }
}
