import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseAway, type OpenDatabase, openDatabase } from '#libs/database';
import { openSigning } from '#libs/notary';
import { settleCursorSecret } from './cursor-secret.js';
import { settleOrigin } from './origin.js';
import { hasUsableAdmin } from '#libs/access';
import { refusalOfFolder, refusalOfListening } from './refused-by-system.js';
import type { ServiceLog } from './service-log.js';
import { isLoopback, type Settings, SettingsRefused } from './settings.js';

export interface RunningService {
  /** `http://127.0.0.1:3000`, without a slash behind it. */
  address: string;
  /** The file with an admin key, where there is one. */
  adminKey: string | undefined;
  /** Takes no more requests, finishes what is in flight, then ends everything that was started. */
  stop(): Promise<void>;
}

/** How long a start waits for a server that does not answer yet, in ms. */
const patience = 60_000;

/**
 * @param signal ends the waiting for a database
 * @throws SettingsRefused, SigningKeyUnusable, DatabaseUnusable, what pg throws, or an abort's error
 */
export async function startService(
  settings: Settings,
  log: ServiceLog,
  signal: AbortSignal,
): Promise<RunningService> {
  try {
    return await start(settings, log, signal);
  } catch (error) {
    throw refusalOfFolder(error, settings.dataFolder) ?? error;
  }
}

async function start(settings: Settings, log: ServiceLog, signal: AbortSignal): Promise<RunningService> {
  const origin = await settleOrigin(settings.dataFolder, settings.origin);
  const cursorSecret = await settleCursorSecret(settings.dataFolder, settings.cursorSecret);
  const signing = await openSigning({ ...keyFileOf(settings), origin }, log);
  // The code is loaded while the database starts, and not before: loading lets nothing else have its turn.
  let loading: ReturnType<typeof loadCode> | undefined;
  const onStarting = () => void (loading ??= loadCode());
  const database = await openPatiently(settings, { log, signal, onStarting });
  const ended: (() => Promise<void>)[] = [() => database.stop()];
  const stop = async () => {
    for (const end of ended.splice(0).reverse()) {
      await end().catch((error: unknown) => log.warn(`while stopping: ${String(error)}`));
    }
  };
  try {
    signal.throwIfAborted();
    const { createApp, drain, loadSample, openResources, settleAdminKey, startVerifying } = await (loading ??
      loadCode());
    const resources = openResources(database.serviceUrl, log, Date.now, signing);
    ended.push(() => resources.close());
    const listening = Promise.all([resources.hints.listen(), resources.access.listen()]);
    listening.catch(() => undefined); // it is awaited below
    const { app } = await createApp(resources, log, { ...settings.edge, cursorSecret });
    let stopVerifying = async () => {};
    ended.push(
      () => app.close(),
      () => stopVerifying(),
      () => drain(app),
    );
    await listening;
    const adminKey = await settleAdminKey(resources.access, settings.dataFolder, log);
    if (!isLoopback(settings.host) && !(await hasUsableAdmin(resources.access.pool, resources.clock()))) {
      throw new SettingsRefused([
        `HOST=${settings.host}: there is no admin key that this database takes, so the service would listen on this ` +
          'machine alone: leave HOST out, and mend the keys first.',
      ]);
    }
    if (database.embedded && settings.sample) await loadSample(app);
    await app.listen(settings.port, settings.host).catch((error: unknown) => {
      throw refusalOfListening(error, settings) ?? error;
    });
    if (settings.verification) stopVerifying = startVerifying(resources, log);
    return { address: await app.getUrl(), adminKey, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function loadCode() {
  const loading = import('./service-code.js');
  loading.catch(() => undefined); // whoever awaits it is told
  return loading;
}

/** A key that is set is the operator's to make: one made in its stead would be a stranger to every auditor. */
function keyFileOf({ dataFolder, signingKey }: Settings): { keyFile: string; make: boolean } {
  return signingKey === undefined
    ? { keyFile: path.join(dataFolder, 'signing.key'), make: true }
    : { keyFile: signingKey, make: false };
}

/** A server that is not up yet may come up: they are often started together. */
async function openPatiently(
  { databaseUrl, dataFolder }: Settings,
  { log, signal, onStarting }: { log: ServiceLog; signal: AbortSignal; onStarting: () => void },
): Promise<OpenDatabase> {
  signal.throwIfAborted();
  const givenUp = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  givenUp.catch(() => undefined); // it is heard of where it is waited for
  let said: string | undefined;
  for (const began = performance.now(); ; await sleep(1_000, undefined, { signal })) {
    try {
      const opening = openDatabase({ databaseUrl, dataFolder, log, onStarting });
      // One of the service's own is to be ended in its turn; another's needs nobody to let go of it.
      return await (databaseUrl === undefined ? opening : Promise.race([opening, givenUp]));
    } catch (error) {
      if (!isDatabaseAway(error) || performance.now() - began > patience) throw error;
      const { message } = error as Error;
      if (message !== said) log.warn(`The database does not answer yet: ${message}`);
      said = message;
    }
  }
}
