import path from 'node:path';
import { builtInKinds } from '#libs/chronology';
import { tracedNames, UnknownTimeline } from '#libs/ledger';
import { SignedBefore } from '#libs/notary';
import { type KeptRoot, type Verdict, verifyTimeline } from '#libs/verification';
import { type Called, type Command, type CommandSettings, UsageError } from './command-settings.js';
import { ownKeyFile } from './own-signing.js';
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
  return withDatabase(settings, (reading) => verifyDatabase(reading, settings, called));
}

async function verifyDatabase(
  reading: Reading,
  { dataFolder, json }: CommandSettings,
  called: Called,
): Promise<number> {
  const [timeline] = called.positionals;
  const since = await readKept(timeline, called.text('since'), called.text('key'));
  if (typeof since === 'string') return refuse(since, json);
  const signed = await SignedBefore.open(ownKeyFile(dataFolder));
  const names = new Set([...(await signed.timelines()), ...(await tracedNames(reading.readers))]);
  if (timeline !== undefined && !names.has(timeline)) throw new UnknownTimeline(timeline);
  if (names.size === 0) {
    const where = `no timeline in this database, and no checkpoint in ${signed.folder}`;
    return refuse(
      `there is ${where}, so nothing was verified: name another with DATELINE_DATA or DATABASE_URL`,
      json,
    );
  }
  const verdicts: Verdict[] = [];
  for (const each of timeline === undefined ? [...names].sort() : [timeline]) {
    verdicts.push(await verifyOne(reading, each, since, signed, json));
  }
  const ok = verdicts.every((verdict) => verdict.ok);
  if (json) console.log(JSON.stringify({ ok, timelines: verdicts }));
  return ok ? 0 : 1;
}

async function verifyOne(
  { readers }: Reading,
  timeline: string,
  since: KeptRoot[],
  signed: SignedBefore,
  json: boolean,
): Promise<Verdict> {
  // Before the database is looked at: the ledger may grow meanwhile, and must not be shorter than what was signed of it.
  const last = await signed.last(timeline);
  const own = last && 'size' in last ? [{ size: last.size, root: last.root, name: last.file }] : [];
  const refused = last && 'refused' in last ? [{ name: last.file, reason: last.refused }] : [];
  const progress = new Progress(timeline);
  const verdict = await verifyTimeline(readers, builtInKinds, timeline, {
    kept: [...since, ...own],
    refused,
    onProgress: (done, total) => progress.show(done, total),
  });
  progress.clear();
  if (!json) console.log(sentencesOf(verdict, signed.folder).join('\n'));
  return verdict;
}

function refuse(reason: string, json: boolean): number {
  console.error(`dateline: ${reason}`);
  if (json) console.log(JSON.stringify({ ok: false, error: reason }));
  return 1;
}

function sentencesOf(verdict: Verdict, folder: string): string[] {
  const { timeline, ok, size, root, kept, checked, wrong, findings, first } = verdict;
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
    ...kept.map((each) => `  held against ${each.name}, of ${each.size} entries`),
    ...(kept.length === 0
      ? [
          `  held against no checkpoint, for there is none to take in ${folder}: an end that was cut off, or a history ` +
            'that was rewritten as a whole, would not show',
        ]
      : []),
  ];
  if (ok) return [...looked, '  all of it is as it should be'];
  const { position, detail, code } = first!;
  const found = findings.map((each) => {
    const matter = each.matter === undefined ? '' : `, matter ${each.matter}`;
    return `  position ${each.position}${matter}: ${each.detail} (${each.code})`;
  });
  const told = wrong > findings.length ? [`  and ${wrong - findings.length} more`] : [];
  const isWithin = kept.some(({ name }) => path.dirname(name) === folder);
  const other = `  ${folder} is to be the folder of the service that this database is of: name its own with DATELINE_DATA`;
  return [
    ...looked,
    `WRONG at position ${position}: ${detail} (${code}); ${wrong} findings:`,
    ...found,
    ...told,
    ...(isWithin ? [other] : []),
  ];
}
