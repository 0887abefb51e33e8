import { parseInstant, resolveInstantOrDate } from '#libs/chronology';
import { isPosition, ReplayTimeline, ReplayTimelineHandler } from '#libs/timelines';
import { type Called, type Command, type CommandSettings, UsageError } from './command-settings.js';
import { Progress } from './progress.js';
import { writeLine } from './write-line.js';
import { withDatabase } from './with-database.js';

/** Prints what `GET …/situation` answers with the same parameters, out of the ledger's bytes alone. */
export const replay: Command = {
  summary:
    'folds the raw ledger of a timeline and prints its situation as JSON; --each tells every step first',
  positionals: ['T'],
  options: {
    'as-of': { takes: 'INSTANT' },
    'known-at': { takes: 'POSITION' },
    kind: { takes: 'KIND' },
    panel: { takes: 'PANEL' },
    actor: { takes: 'ACTOR' },
    place: { takes: 'PLACE' },
    'include-closed': {},
    each: {},
  },
  run: replayTimeline,
};

function replayTimeline(settings: CommandSettings, called: Called): Promise<number> {
  refuseMalformed(called);
  return withDatabase(settings, async ({ readers, points }) => {
    const progress = new Progress('folding');
    const handler = new ReplayTimelineHandler(readers, points);
    const { lines, counts } = await handler.execute(
      new ReplayTimeline({
        timeline: called.positionals[0]!,
        asOf: called.text('as-of'),
        knownAt: called.text('known-at'),
        kind: called.text('kind'),
        panel: called.text('panel'),
        actor: called.text('actor'),
        place: called.text('place'),
        includeClosed: called.flag('include-closed'),
        each: called.flag('each'),
        onProgress: (done, total) => progress.show(done, total),
      }),
    );
    for await (const line of lines) {
      if (!called.flag('each')) progress.clear();
      if (!(await writeLine(line))) return 0;
    }
    progress.clear();
    const { entries, redacted } = counts();
    console.error(`${entries} entries folded; ${redacted} redacted ones are left out at every position`);
    return 0;
  });
}

/** What means nothing in any timeline. Whether a position is beyond the ledger's head, only the database says. */
function refuseMalformed(called: Called): void {
  const [asOf, knownAt] = [called.text('as-of'), called.text('known-at')];
  if (asOf !== undefined && resolveInstantOrDate(asOf, 'UTC') === undefined) {
    throw new UsageError(
      '--as-of takes an instant such as 2025-08-29T12:00:00Z, or a date such as 2025-08-29',
    );
  }
  if (knownAt !== undefined && !isPosition(knownAt) && parseInstant(knownAt) === undefined) {
    throw new UsageError(
      '--known-at takes a position (0, 1, 2 …), or an instant such as 2025-08-29T12:00:00Z',
    );
  }
}
