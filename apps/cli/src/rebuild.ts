import { builtInKinds, foldVersion } from '#libs/chronology';
import { createPool } from '#libs/database';
import { completeTiles, ledgerNames, readHead, tuneForAppends } from '#libs/ledger';
import {
  dropKept,
  NothingKept,
  type RebuildReport,
  type RebuildSettings,
  rebuildTimeline,
  returnToKept,
} from '#libs/situations';
import { type Called, type Command, type CommandSettings, UsageError } from './command-settings.js';
import { log } from './log.js';
import { Progress } from './progress.js';
import { withDatabase } from './with-database.js';

export const rebuild: Command = {
  summary:
    'builds the read models of T (or of all) anew beside those that answer, and switches, and makes tiles of its tree ' +
    'that are missing; --return switches back, --drop-kept deletes what is kept for that',
  positionals: ['[T]'],
  options: { return: {}, 'drop-kept': {} },
  run: rebuildTimelines,
};

/** What was done to a timeline: for programs, and for people. */
interface Told {
  facts: object;
  sentence: string;
}

type Work = (settings: RebuildSettings, timeline: string) => Promise<Told>;

function rebuildTimelines(settings: CommandSettings, called: Called): Promise<number> {
  const work = workOf(called);
  const [one] = called.positionals;
  return withDatabase(settings, async ({ readers, url }) => {
    const pool = tuneForAppends(createPool({ url, log, applicationName: 'dateline rebuild', max: 1 }));
    const done: object[] = [];
    try {
      for (const timeline of one === undefined ? await ledgerNames(readers) : [one]) {
        const told = await runOn(work, pool, timeline, one === undefined);
        if (told === null) continue;
        done.push(told.facts);
        if (!settings.json) console.log(`${timeline}: ${told.sentence}`);
      }
    } finally {
      await pool.end();
    }
    if (settings.json) console.log(JSON.stringify({ timelines: done }));
    return 0;
  });
}

function workOf(called: Called): Work {
  if (called.flag('return') && called.flag('drop-kept'))
    throw new UsageError('rebuild takes --return or --drop-kept, not both');
  if (called.flag('return')) return goBack;
  return called.flag('drop-kept') ? dropOld : buildAnew;
}

async function runOn(
  work: Work,
  pool: RebuildSettings['pool'],
  timeline: string,
  isOneOfAll: boolean,
): Promise<Told | null> {
  const bars = new Map<string, Progress>();
  const bar = (stage: string) => {
    const made = bars.get(stage) ?? new Progress(`${timeline}: ${stage}`);
    bars.set(stage, made);
    return made;
  };
  try {
    return await work(
      {
        pool,
        kinds: builtInKinds,
        foldVersion,
        clock: Date.now,
        onProgress: ({ stage, done, of }) => bar(stage).show(done, of),
      },
      timeline,
    );
  } catch (error) {
    // Of all timelines, those that keep nothing are passed over.
    if (isOneOfAll && error instanceof NothingKept) return null;
    throw error;
  } finally {
    for (const each of bars.values()) each.clear();
  }
}

async function goBack(settings: RebuildSettings, timeline: string): Promise<Told> {
  const facts = await returnToKept(settings, timeline);
  return { facts, sentence: `generation ${facts.generation} answers again, the other is kept` };
}

async function dropOld(settings: RebuildSettings, timeline: string): Promise<Told> {
  await dropKept(settings, timeline);
  return { facts: { timeline }, sentence: 'what was kept is deleted' };
}

async function buildAnew(settings: RebuildSettings, timeline: string): Promise<Told> {
  const report = await rebuildTimeline(settings, timeline);
  const { size } = await readHead(settings.pool, timeline);
  const facts = { ...report, tiles: await completeTiles(settings.pool, timeline, size) };
  return { facts, sentence: sentenceOf(facts) };
}

function sentenceOf(report: RebuildReport & { tiles: number }): string {
  const { generation, entries, healed, parked, resumed, tiles } = report;
  if (generation === null) return 'nothing was recorded yet';
  const parts = [
    `${entries} entries folded${resumed ? ', going on with an earlier rebuild' : ''}`,
    `generation ${generation} answers now`,
    comparisonOf(report),
    ...(healed.length > 0 ? [`no longer parked: ${listed(healed)}`] : []),
    ...(parked.length > 0 ? [`their fold failed again: ${listed(parked)}`] : []),
    ...(tiles > 0 ? [`${tiles} tiles of its tree made that were missing`] : []),
  ];
  return parts.join('; ');
}

function comparisonOf({ compared, differences }: RebuildReport): string {
  if (compared === null) return 'the one before is of another fold, so nothing could be compared';
  const matters = `${compared} matters compared with the one before`;
  if (differences.length === 0) return `${matters}, no difference`;
  return `${matters}, ${differences.length} were not as their ledger has them: ${listed(
    differences.map(({ matter }) => matter),
  )}`;
}

function listed(matters: string[]): string {
  const more = matters.length - 10;
  return matters.slice(0, 10).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
