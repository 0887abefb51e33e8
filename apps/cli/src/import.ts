import { readNdjson } from '#libs/exchange';
import { type Called, type Command, type CommandSettings, UsageError } from './command-settings.js';
import { isOfFiles } from './file-error.js';
import { importArchive } from './import-archive.js';
import { ImportTally } from './import-tally.js';
import { importOverHttp } from './import-over-http.js';
import { Progress } from './progress.js';
import { type Input, openInput } from './read-input.js';
import { recordHere, rehearseHere } from './record-here.js';
import { findRecorder } from './recorder.js';
import { tellFailure } from './tell-failure.js';
import { withDatabase } from './with-database.js';

/**
 * Records a file of developments, in the database or through a service: what it recorded stays, and it can be run
 * again. Or takes an exported timeline in: all of it, or nothing.
 */
export const importFile: Command = {
  summary:
    'records the developments of an NDJSON file (- for stdin) up to the first that is refused; run again, it goes on. ' +
    '--dry-run records nothing and tells every line that would be refused; --url sends them to a service, with the ' +
    'key in DATELINE_KEY. An archive that `export` wrote is taken in as the timeline it is; T may be left out',
  positionals: ['[T]', 'FILE'],
  options: { 'dry-run': {}, url: { takes: 'URL' } },
  run: importDevelopments,
};

async function importDevelopments(settings: CommandSettings, called: Called): Promise<number> {
  const [file, timeline] = called.positionals.toReversed() as [string, string | undefined];
  const url = called.text('url');
  if (url !== undefined && called.flag('dry-run')) {
    throw new UsageError('--dry-run judges by the database; it does not go with --url');
  }
  if (url !== undefined && !URL.canParse(url)) throw new UsageError(`--url ${url} is no URL`);
  let input: Input;
  try {
    input = await openInput(file);
  } catch (error) {
    if (!isOfFiles(error)) throw error;
    return tellFailure(error.message, settings.json);
  }
  if (input.isTar) {
    if (url !== undefined)
      throw new UsageError('an archive is imported into the database; it does not go with --url');
    if (called.flag('dry-run'))
      throw new UsageError('verify --archive FILE checks an archive; --dry-run does not');
    return importArchive(settings, input.chunks, timeline);
  }
  if (timeline === undefined)
    throw new UsageError('import needs T: these developments do not name their timeline');
  const progress = new Progress(called.flag('dry-run') ? 'judging' : 'importing');
  const tally = new ImportTally(settings.json, (lines) =>
    progress.showBytes(input.read(), input.size, lines),
  );
  if (url !== undefined) {
    await importOverHttp(new URL(url), timeline, input.chunks, tally);
    progress.clear();
    return tally.conclude();
  }
  return withDatabase(settings, async (reading) => {
    const lines = readNdjson(input.chunks);
    if (called.flag('dry-run')) await rehearseHere(reading, timeline, lines, tally);
    else {
      const recorder = await findRecorder(reading.readers, settings.dataFolder, timeline);
      await recordHere(reading, recorder, timeline, lines, tally);
    }
    progress.clear();
    return tally.conclude();
  });
}
