/** The service as a process: settings in, one line for each thing to know out, and an end when it is told to. */
import process from 'node:process';
import { DatabaseUnusable, isDatabaseAway, isDatabaseFull } from '#libs/database';
import { SigningKeyUnusable } from '#libs/notary';
import { consoleLog as log } from './service-log.js';
import { readSettings, SettingsRefused } from './settings.js';
import { type RunningService, startService } from './start-service.js';

/** How long an ending may take, in seconds: less than the grace in docker-compose.yml, after which it is killed. */
const longestEnding = 20;

if (process.argv.length > 2) {
  log.error('the service takes no arguments: its settings come from the environment (docs/SETTINGS.md)');
  process.exit(2);
}
const ending = new AbortController();
const starting = start();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, end);
// Without a listener the service would end with whoever reads its log.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

function end(name: NodeJS.Signals): void {
  if (ending.signal.aborted) {
    // Whoever asks twice does not want to wait; the embedded database ends with this process. Of a terminal that closes,
    // the system tells, and its shell too.
    if (name !== 'SIGHUP') process.exit(1);
    return;
  }
  ending.abort();
  setTimeout(() => {
    log.error(
      `it has not ended within ${longestEnding} s, as where the database is silent: it ends now, unfinished`,
    );
    process.exit(1);
  }, longestEnding * 1_000);
  void starting.then(async (service) => {
    await service?.stop();
    process.exit(process.exitCode ?? 0);
  });
}

async function start(): Promise<RunningService | undefined> {
  try {
    const settings = readSettings(process.env);
    const service = await startService(settings, log, ending.signal);
    greet(service);
    return service;
  } catch (error) {
    if (ending.signal.aborted && (error as Error).name === 'AbortError') return undefined;
    log.error(reasonOf(error));
    process.exitCode = 1;
    return undefined;
  }
}

function greet({ address, adminKey }: RunningService): void {
  log.info(`Dateline answers at ${address}/`);
  if (adminKey === undefined) {
    log.info('The data folder holds no admin key; `dateline keys create --role admin --all` makes another.');
    log.info(`Try: curl '${address}/v1/timelines'`);
    return;
  }
  log.info(`The admin key lies in ${adminKey}; whoever has it may do everything.`);
  log.info(`Try: curl -H "Authorization: Bearer $(cat '${adminKey}')" '${address}/v1/timelines'`);
}

/** Of what an operator can mend, what to do; of all else, where it happened. */
function reasonOf(error: unknown): string {
  if (error instanceof SettingsRefused) return `the settings will not do:\n  ${error.problems.join('\n  ')}`;
  if (error instanceof DatabaseUnusable || error instanceof SigningKeyUnusable) return error.message;
  if (isDatabaseFull(error))
    return `the disk of the database is full (${(error as Error).message}): make room where its files lie`;
  if (isDatabaseAway(error))
    return `the database of DATABASE_URL does not answer: ${(error as Error).message}`;
  return (error as Error).stack ?? String(error);
}
