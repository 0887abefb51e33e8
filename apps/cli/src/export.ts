import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { commandLine, recordGateEvent } from '#libs/access';
import { isDatabaseAway } from '#libs/database';
import { CommitHints } from '#libs/ledger';
import { Notary } from '#libs/notary';
import { type ExportCounts, ExportTimeline, GetTimeline, GetTimelineHandler } from '#libs/timelines';
import type { Called, Command, CommandSettings } from './command-settings.js';
import { isOfFiles } from './file-error.js';
import { log } from './log.js';
import { openOwnSigning } from './own-signing.js';
import { Progress } from './progress.js';
import { withDatabase } from './with-database.js';

/** Everything of a timeline in one file: docs/ARCHIVE.md. */
export const exportFile: Command = {
  summary:
    'writes all of a timeline, payloads and salts too, into one signed file that can be checked without a database',
  positionals: ['T', 'FILE'],
  run: exportTimeline,
};

function exportTimeline(settings: CommandSettings, called: Called): Promise<number> {
  const [slug, file] = called.positionals as [string, string];
  return withDatabase(settings, async ({ readers }) => {
    const timeline = await new GetTimelineHandler(readers).execute(new GetTimeline(slug));
    const signing = await openOwnSigning(settings.dataFolder, log);
    const notary = new Notary({ ...signing, db: readers, hints: new CommitHints(readers), log });
    const checkpoint = async () => {
      const signed = await notary.checkpoint(slug);
      notary.assertConsistent(slug);
      return signed;
    };
    const progress = new Progress('exporting');
    const exporting = new ExportTimeline(readers).execute({
      timeline,
      checkpoint,
      keys: signing.identity.verifierKeys(slug),
      onProgress: (done, total) => progress.show(done, total),
    });
    let counts: ExportCounts;
    try {
      counts = await write(exporting, file);
    } catch (error) {
      progress.clear();
      if (isDatabaseAway(error) || !isOfFiles(error)) throw error;
      return refuse(`${file} cannot be written: ${error.message}`, settings.json);
    }
    progress.clear();
    const { entries, redacted } = counts;
    const { keyId, role, route, address } = commandLine;
    const event = { action: 'export', at: Date.now(), timeline: slug, detail: { entries } } as const;
    await recordGateEvent(readers, { ...event, keyId, role, route, address });
    if (settings.json) console.log(JSON.stringify({ timeline: slug, file, entries, redacted }));
    else console.log(`${file}: ${entries} entries of ${slug}, ${redacted} of them redacted`);
    return 0;
  });
}

function refuse(reason: string, json: boolean): number {
  console.error(`dateline: ${reason}; name a file in a folder that is there, with room for it`);
  if (json) console.log(JSON.stringify({ error: reason }));
  return 1;
}

/** The file has its name once it is whole, another until then, of its own. It holds salts, so nobody else may read it. */
async function write(
  exporting: AsyncGenerator<Buffer, ExportCounts, void>,
  file: string,
): Promise<ExportCounts> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.unfinished`;
  let counts: ExportCounts | undefined;
  async function* bytes() {
    counts = yield* exporting;
  }
  try {
    await pipeline(
      Readable.from(bytes()),
      createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }),
    );
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return counts!;
}
