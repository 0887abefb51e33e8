import {
  builtInKinds,
  definedKind,
  formatInstant,
  foldVersion,
  isKindDefinition,
  isWorld,
  type KindTable,
  parseInstant,
  splitType,
} from '#libs/chronology';
import type { StoredEntry } from '#libs/ledger';
import { defineKind, readRecorded } from '#libs/situations';
import {
  type Checkpoint,
  formatVerifierKey,
  NoteRefused,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  type VerifierKey,
} from '#libs/transparency';
import { foldMatter, notesOf } from '../fold-matter.js';
import { matterState } from '../matter-state.js';
import type { ProvenEntry, ProvenMatter } from '../proven-matter.js';
import { AnswerWrong } from './answer-wrong.js';
import { checkEntry } from './check-entry.js';
import { readAnswer } from './read-answer.js';

/** What was recomputed of an answer, and came out as it says. */
export interface CheckedAnswer {
  timeline: string;
  matter: string;
  asOf: string;
  knownAt: number;
  /** Entries of the matter, the last of them at this position; the state was folded from them. */
  entries: number;
  lastPosition: number;
  /** Definitions of kinds, and redactions that came after knownAt. */
  beside: number;
  /** Of all of these: payload digests recomputed, entries without content, proofs of inclusion. */
  payloads: number;
  redacted: number;
  proofs: number;
  /** The checkpoint. */
  size: number;
  root: string;
  /** Verifier keys that signed it, and whether the answer itself was all that vouched for them. */
  signedBy: string[];
  ownKey: boolean;
}

/**
 * Whether the state in an answer follows from the entries that it carries, and these are in the log that a key has signed.
 * It asks nobody: no database, no service, no clock. That no entry behind the last one was left out, it cannot tell.
 * @param value what `…/matters/{m}?proof=true` answered, parsed
 * @param keys the log's, from elsewhere; without any, the answer is believed to name its own
 * @throws AnswerWrong for the first thing that is wrong
 */
export function checkAnswer(value: unknown, { keys }: { keys?: VerifierKey[] } = {}): CheckedAnswer {
  const answer = readAnswer(value);
  const { timeline, matter, asOf, knownAt } = answer;
  const { checkpoint, signedBy } = openCheckpoint(answer, keys);
  const take = (proven: ProvenEntry) => checkEntry(proven, answer, checkpoint);
  assertAscending(answer.entries);
  assertAscending(answer.beside);
  const entries = answer.entries.map(take);
  assertStream(entries, answer);
  const beside = answer.beside.map(take);
  checkRedactions(answer, [...entries, ...beside]);
  checkState(answer, entries, kindsOf(answer, entries, beside));
  const all = [...entries, ...beside];
  const payloads = all.filter(({ payload }) => payload !== null).length;
  return {
    timeline,
    matter,
    asOf,
    knownAt,
    entries: entries.length,
    lastPosition: entries.at(-1)!.position,
    beside: beside.length,
    payloads,
    redacted: all.length - payloads,
    proofs: all.length,
    size: Number(checkpoint.size),
    root: checkpoint.root.toString('base64'),
    signedBy: signedBy.map(formatVerifierKey),
    ownKey: keys === undefined,
  };
}

function openCheckpoint(
  { checkpoint: note, key, timeline, knownAt }: ProvenMatter,
  given: VerifierKey[] | undefined,
): { checkpoint: Checkpoint; signedBy: VerifierKey[] } {
  const own = parseVerifierKey(key);
  if (!own) throw new AnswerWrong('its `key` is no verifier key');
  try {
    const { text, signedBy } = openNote(note, given ?? [own]);
    const checkpoint = parseCheckpoint(text);
    const { origin, size } = checkpoint;
    if (!origin.endsWith(`/${timeline}`) || !signedBy.some(({ name }) => name === origin)) {
      throw new AnswerWrong(`its checkpoint is of ${origin}, and not signed as that of ${timeline}`);
    }
    if (size <= BigInt(knownAt)) {
      throw new AnswerWrong(
        `its checkpoint covers ${size} entries, and position ${knownAt} is not among them`,
      );
    }
    return { checkpoint, signedBy };
  } catch (error) {
    if (error instanceof NoteRefused) throw new AnswerWrong(`its checkpoint: ${error.message}`);
    throw error;
  }
}

function assertAscending(entries: ProvenEntry[]): void {
  for (const [index, { position }] of entries.entries()) {
    if (index > 0 && position <= entries[index - 1]!.position) {
      throw new AnswerWrong('it stands behind an entry that comes after it', position);
    }
  }
}

/** One matter's, version for version. */
function assertStream(entries: StoredEntry[], { matter, knownAt }: ProvenMatter): void {
  let before = -Infinity;
  for (const [index, { position, stream, version, recordedAt }] of entries.entries()) {
    if (stream !== matter) throw new AnswerWrong(`it is of ${stream}, not of ${matter}`, position);
    if (position > knownAt) throw new AnswerWrong(`it is behind knownAt, which is ${knownAt}`, position);
    if (version !== index + 1) {
      const missing = `it is version ${version} of the matter, and version ${index + 1} is due`;
      throw new AnswerWrong(missing, position);
    }
    if (recordedAt < before) throw new AnswerWrong('it was recorded before the one before it', position);
    before = recordedAt;
  }
}

/** What is destroyed was named by a redaction of its own, which is never destroyed itself; and each destroyed something. */
function checkRedactions({ entries, beside }: ProvenMatter, checked: StoredEntry[]): void {
  const at = new Map(checked.map((entry) => [entry.position, entry]));
  const used = new Set<number>();
  for (const { position, redacted } of [...entries, ...beside]) {
    if (redacted === null) continue;
    const { id, by } = redacted;
    const redaction = at.get(by);
    if (!redaction || by <= position || used.has(by)) {
      throw new AnswerWrong('its content is missing, and the redaction that is named is not there', position);
    }
    used.add(by);
    if (redactedBy(redaction) !== id || redaction.stream !== at.get(position)!.stream) {
      throw new AnswerWrong(`its content is missing, and position ${by} does not redact it`, position);
    }
  }
  const unused = (entry: StoredEntry) => !used.has(entry.position);
  const still = checked.find((entry) => unused(entry) && redactedBy(entry) !== null);
  if (still) throw new AnswerWrong(`it redacts ${redactedBy(still)}, whose content is there`, still.position);
  const needless = checked.slice(entries.length).find((entry) => unused(entry) && !isDefinition(entry));
  if (needless)
    throw new AnswerWrong('it stands beside the entries, and they do not need it', needless.position);
}

/** The id that a redaction names; null for anything else, and for what has no content. */
function redactedBy(entry: StoredEntry): string | null {
  const content = readRecorded(entry)?.content;
  return content?.type === 'record.redacted' && 'target' in content ? content.target : null;
}

function isDefinition(entry: StoredEntry): boolean {
  const content = readRecorded(entry)?.content;
  return content !== undefined && isKindDefinition(content);
}

/** The kinds built in, and those whose definitions the answer carries: it must carry all that the entries name. */
function kindsOf({ knownAt }: ProvenMatter, entries: StoredEntry[], beside: StoredEntry[]): KindTable {
  const kinds = new Map(builtInKinds);
  for (const entry of beside) {
    const recorded = readRecorded(entry);
    if (!recorded || !isKindDefinition(recorded.content)) continue;
    const kind = definedKind(recorded.content);
    if (entry.stream !== `kind/${kind.kind}` || entry.position > knownAt || kinds.has(kind.kind)) {
      throw new AnswerWrong('it defines a kind that is another one, or was not defined yet', entry.position);
    }
    defineKind(kinds, kind);
  }
  for (const entry of entries) {
    const content = readRecorded(entry)?.content;
    const [kind] = splitType(content?.type ?? '');
    if (content && isWorld(content) && !kinds.has(kind)) {
      throw new AnswerWrong(`its kind is ${kind}, and no definition of that is carried`, entry.position);
    }
  }
  return kinds;
}

function checkState(answer: ProvenMatter, entries: StoredEntry[], kinds: KindTable): void {
  const asOf = parseInstant(answer.asOf);
  if (asOf === undefined || formatInstant(asOf) !== answer.asOf) {
    throw new AnswerWrong(`its asOf ${answer.asOf} is not an instant as answers give it`);
  }
  if (answer.foldVersion !== foldVersion) {
    throw new AnswerWrong(
      `it was folded by version ${answer.foldVersion} of the fold, and this is version ${foldVersion}: check it with a ` +
        'release that has that version, or ask for the answer again',
    );
  }
  const { account, slot } = foldMatter(answer.matter, entries, kinds, asOf);
  if (!slot) throw new AnswerWrong('its entries give no state at this asOf');
  const due = matterState(slot, asOf, kinds, notesOf(account, asOf));
  if (JSON.stringify(due) === JSON.stringify(answer.state)) return;
  const names = Object.keys({ ...due, ...answer.state });
  const wrong = names.filter((name) => JSON.stringify(due[name]) !== JSON.stringify(answer.state[name]));
  const which = wrong.length > 0 ? wrong.map((name) => `\`${name}\``).join(', ') : 'the order of its members';
  throw new AnswerWrong(`its state is not what its entries give: ${which} differ`);
}
