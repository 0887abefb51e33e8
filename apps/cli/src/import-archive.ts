import { builtInKinds } from '#libs/chronology';
import { commandLine, recordGateEvent } from '#libs/access';
import { ArchiveRefused, ImportArchive, type ImportedArchive } from '#libs/timelines';
import type { CommandSettings } from './command-settings.js';
import { Progress } from './progress.js';
import { objectOf, sentenceOf } from './refused-archive.js';
import { withDatabase } from './with-database.js';

/** Takes an exported timeline in: all of it, or nothing. */
export function importArchive(
  settings: CommandSettings,
  chunks: AsyncIterable<Buffer>,
  timeline: string | undefined,
): Promise<number> {
  return withDatabase(settings, async ({ readers }) => {
    const stages = { reading: new Progress('checking and storing'), folding: new Progress('folding') };
    let imported: ImportedArchive;
    try {
      imported = await new ImportArchive(readers, builtInKinds)
        .execute({
          chunks,
          timeline,
          onProgress: (stage, done, total) => stages[stage].show(done, total),
        })
        .finally(() => Object.values(stages).forEach((stage) => stage.clear()));
    } catch (error) {
      if (!(error instanceof ArchiveRefused)) throw error;
      console.error(`dateline: nothing was taken in: ${sentenceOf(error)}`);
      if (settings.json) console.log(JSON.stringify(objectOf(error)));
      return 1;
    }
    const { keyId, role, route, address } = commandLine;
    const { root, ...counts } = imported;
    const detail = { entries: imported.entries };
    const event = { action: 'import', at: Date.now(), timeline: imported.timeline, detail } as const;
    await recordGateEvent(readers, { ...event, keyId, role, route, address });
    if (settings.json) console.log(JSON.stringify({ ...counts, root: root.toString('base64') }));
    else {
      const { entries, redacted } = imported;
      console.log(
        `${imported.timeline}: ${entries} entries, ${redacted} of them redacted; root ${root.toString('base64')}`,
      );
    }
    return 0;
  });
}
