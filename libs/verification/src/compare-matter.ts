import { canonicalJson, inTurns } from '#libs/ledger';
import type { MatterRows, NoteRecord, SlotRecord, StoredMatterRows } from '#libs/situations';
import type { Findings } from './findings.js';

/** Something that was believed from one position until before another. */
interface Believed {
  from: number;
  /** Infinity where it still is. */
  to: number;
  /** All that is told of it while it is believed. */
  content: string;
}

/** Rows compared without a pause: a matter may have tens of thousands. */
const comparedAtOnce = 250;

/** Holds what is stored of a matter against what its entries say, at every position. */
export async function compareMatter(
  findings: Findings,
  matter: string,
  folded: MatterRows,
  stored: StoredMatterRows,
  firstPosition: number | null,
): Promise<void> {
  const add = (code: Parameters<Findings['add']>[0], position: number, detail: string) =>
    findings.add(code, position, detail, matter);
  if (stored.parked) add('matter-parked', stored.parked.position, `its fold failed: ${stored.parked.reason}`);
  else if (folded.parked)
    add('matter-parked', folded.parked.position, `its fold fails: ${folded.parked.reason}`);
  if (stored.firstPosition !== firstPosition) {
    const [due, is] = [firstPosition ?? 'nowhere', stored.firstPosition ?? 'nowhere'];
    const at = firstPosition ?? stored.firstPosition!;
    add('matter-differs', at, `it is listed from ${is} on instead of ${due}`);
  }
  const slots = await difference(folded.slots, stored.slots, believedSlot);
  if (slots) add('slots-differ', slots.position, slots.detail);
  for (const { knownFrom } of stored.misplaced.slice(0, 1)) {
    const detail = `${stored.misplaced.length} of its past slots are not found where they should be looked for`;
    add('slots-differ', knownFrom, detail);
  }
  const notes = await difference(folded.notes, stored.notes, believedNote);
  if (notes) add('notes-differ', notes.position, notes.detail);
}

/** How the JSON of a row is written in what is compared. */
type Spelling = (json: string | null) => string;

function believedSlot(
  { validFrom, validTo, knownFrom, knownTo, state }: SlotRecord,
  spell: Spelling,
): Believed {
  const content = `[${validFrom}, ${validTo}) since ${knownFrom}: ${spell(state)}`;
  return { from: knownFrom, to: knownTo ?? Infinity, content };
}

function believedNote({ knownFrom, knownTo, note, ...rest }: NoteRecord, spell: Spelling): Believed {
  const to = knownTo === Number.MAX_SAFE_INTEGER ? Infinity : knownTo;
  return { from: knownFrom, to, content: `${canonicalJson(rest)}: ${spell(note)}` };
}

function literally(json: string | null): string {
  return json ?? 'no state';
}

/** Two spellings of one value are no difference. */
function spelled(json: string | null): string {
  try {
    return json === null ? 'no state' : canonicalJson(JSON.parse(json));
  } catch {
    return `no JSON: ${json}`;
  }
}

/** The first position at which what should be and what is differ; null where they are the same at all of them. */
async function difference<Row>(
  due: Row[],
  stored: Row[],
  believed: (row: Row, spell: Spelling) => Believed,
): Promise<{ position: number; detail: string } | null> {
  const all = async (rows: Row[], spell: Spelling) => {
    const list: Believed[] = [];
    for await (const row of inTurns(rows, comparedAtOnce)) list.push(believed(row, spell));
    return list;
  };
  const apart = async (spell: Spelling) => {
    const [one, other] = [await all(due, spell), await all(stored, spell)];
    return [await withoutAll(one, other), await withoutAll(other, one)] as const;
  };
  // Nearly always they are the same to the letter. Reading the JSON of every slot held a service up.
  if ((await apart(literally)).every(({ length }) => length === 0)) return null;
  const [missing, surplus] = await apart(spelled);
  if (missing.length === 0 && surplus.length === 0) return null;
  const turns = new Set([...missing, ...surplus].flatMap(({ from, to }) => [from, to]));
  const positions = [...turns].filter(Number.isFinite).sort((a, b) => a - b);
  const at = (all: Believed[], position: number) => {
    const held = all.filter(({ from, to }) => from <= position && position < to);
    return held.map(({ content }) => content).sort();
  };
  const position =
    positions.find((each) => at(missing, each).join('\n') !== at(surplus, each).join('\n')) ?? positions[0]!;
  const [lacking, having] = [at(missing, position), at(surplus, position)];
  const detail =
    `${missing.length} that should be there are not, ${surplus.length} that should not are; at first, ` +
    `${shown(having)} instead of ${shown(lacking)}`;
  return { position, detail };
}

/** Longest text of a row that is told. */
const longest = 300;

function shown(contents: string[]): string {
  if (contents.length === 0) return 'nothing';
  const [text] = contents as [string];
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** Those of `all` that `others` has not, each as often as it is lacking. */
async function withoutAll(all: Believed[], others: Believed[]): Promise<Believed[]> {
  const keyOf = ({ from, to, content }: Believed) => `${from} ${to} ${content}`;
  const counts = new Map<string, number>();
  for await (const each of inTurns(others, comparedAtOnce)) {
    const key = keyOf(each);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const lacking: Believed[] = [];
  for await (const each of inTurns(all, comparedAtOnce)) {
    const key = keyOf(each);
    const left = counts.get(key) ?? 0;
    counts.set(key, left - 1);
    if (left <= 0) lacking.push(each);
  }
  return lacking;
}
