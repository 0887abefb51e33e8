import { builtInKinds } from '#libs/chronology';
import { ledgerNames } from '#libs/ledger';
import { type KeptRoot, type Verdict, verifyTimeline } from '#libs/verification';
import { type Called, type Command, type CommandSettings, UsageError } from './command-settings.js';
import { Progress } from './progress.js';
import { readKept } from './read-kept.js';
import { verifyAnswer } from './verify-answer.js';
import { verifyArchive } from './verify-archive.js';
import { type Reading, withDatabase } from './with-database.js';

/** Recomputes records from their bytes. It needs no secret, and nobody who records waits for it. */
export const verify: Command = {
  summary:
    'recomputes all that is stored, of one timeline or of all, and names the first position that is wrong; ' +
    '--archive checks an exported file instead, --answer a matter that was answered with its proof, without a database',
  positionals: ['[T]'],
  options: {
    archive: { takes: 'FILE' },
    answer: { takes: 'FILE' },
    since: { takes: 'CHECKPOINT-OR-ARCHIVE' },
    key: { takes: 'VERIFIER-KEY' },
  },
  run: verifyRecords,
};

function verifyRecords(settings: CommandSettings, called: Called): Promise<number> {
  const [timeline] = called.positionals;
  const [archive, answer] = [called.text('archive'), called.text('answer')];
  if (answer !== undefined) {
    if (timeline !== undefined || archive !== undefined || called.text('since') !== undefined) {
      throw new UsageError(
        'verify --answer goes with --key alone: an answer says of what it is, and is signed',
      );
    }
    return verifyAnswer(answer, called.text('key'), settings.json);
  }
  if (archive !== undefined) {
    if (timeline !== undefined || called.text('since') !== undefined) {
      throw new UsageError(
        'verify --archive takes neither T nor --since: an archive is one timeline, and signed',
      );
    }
    return verifyArchive(archive, called.text('key'), settings.json);
  }
  return withDatabase(settings, async (reading) => {
    const kept = await readKept(timeline, called.text('since'), called.text('key'));
    if (typeof kept === 'string') return refuse(kept, settings.json);
    if (timeline !== undefined) await reading.directory.find(timeline);
    const timelines = timeline === undefined ? await ledgerNames(reading.readers) : [timeline];
    const verdicts: Verdict[] = [];
    for (const each of timelines) verdicts.push(await verifyOne(reading, each, kept, settings.json));
    const ok = verdicts.every((verdict) => verdict.ok);
    if (settings.json) console.log(JSON.stringify({ ok, timelines: verdicts }));
    return ok ? 0 : 1;
  });
}

async function verifyOne(
  { readers }: Reading,
  timeline: string,
  kept: KeptRoot[],
  json: boolean,
): Promise<Verdict> {
  const progress = new Progress(timeline);
  const verdict = await verifyTimeline(readers, builtInKinds, timeline, {
    kept,
    onProgress: (done, total) => progress.show(done, total),
  });
  progress.clear();
  if (!json) console.log(sentencesOf(verdict).join('\n'));
  return verdict;
}

function refuse(reason: string, json: boolean): number {
  console.error(`dateline: ${reason}`);
  if (json) console.log(JSON.stringify({ ok: false, error: reason }));
  return 1;
}

function sentencesOf({ timeline, ok, size, root, checked, wrong, findings, first }: Verdict): string[] {
  const { entries, payloads, redacted, tiles, absentTiles, keptRoots, streams } = checked;
  const { matters, slots, notes, ofAnotherFold, decisions, withheld } = checked;
  const looked = [
    `${timeline}: recomputed ${entries} of ${size} entries with their leaf hashes and ${payloads} payload digests`,
    `  ${redacted} redacted, each named by a redaction; ${streams} streams without a gap`,
    `  ${tiles} full tiles${absentTiles > 0 ? ` (${absentTiles} are not stored yet)` : ''}, ${keptRoots} kept checkpoints`,
    `  ${slots} slots and ${notes} notes of ${matters} matters, at every position`,
    `  ${decisions} decisions of the desk, ${withheld} developments withheld now, and what the log is filtered by`,
    ...(ofAnotherFold > 0
      ? [`  ${ofAnotherFold} matters not looked at: another version of the fold made their slots`]
      : []),
    `  root of ${size}: ${root}`,
  ];
  if (ok) return [...looked, '  all of it is as it should be'];
  const { position, detail, code } = first!;
  const lines = findings.map((each) => {
    const matter = each.matter === undefined ? '' : `, matter ${each.matter}`;
    return `  position ${each.position}${matter}: ${each.detail} (${each.code})`;
  });
  const told = wrong > findings.length ? [`  and ${wrong - findings.length} more`] : [];
  return [
    ...looked,
    `WRONG at position ${position}: ${detail} (${code}); ${wrong} findings:`,
    ...lines,
    ...told,
  ];
}
