/** What the ledger sealed, read back from its bytes by whoever does not believe them: answers with proofs, archives. */
import { type Content, deskTypes, formatInstant, parseInstant, registryTypes } from '#libs/chronology';
import { type EntryFields, entryBytes, isCanonical, parseObject, payloadDigest } from '#libs/ledger';
import { fromBase64, hashSize } from '#libs/transparency';
import { isId, isInstant, streamPattern, worldTypePattern } from './intake/grammar.js';

/** Makes of a reason what is thrown. */
export type Refuse = (reason: string) => Error;

/** The fields of an entry that has the very bytes which the ledger gives to these fields at this place. */
export function openEntry(
  entry: Buffer,
  { timeline, position }: Pick<EntryFields, 'timeline' | 'position'>,
  refuse: Refuse,
): EntryFields {
  const said = parseObject(entry);
  const recordedBy = said?.['recordedBy'];
  const digest = fromBase64(String(said?.['payloadDigest']));
  const recordedAt = parseInstant(String(said?.['recordedAt']));
  if (
    digest?.length !== hashSize ||
    recordedAt === undefined ||
    typeof recordedBy !== 'string' ||
    !recordedBy.isWellFormed()
  ) {
    throw refuse('its entry is not one that this format has');
  }
  const fields = { timeline, position, recordedAt, recordedBy, payloadDigest: digest };
  if (!entryBytes(fields).equals(entry)) {
    throw refuse(`its entry is not one of ${timeline} at this position, spelled canonically`);
  }
  return fields;
}

/** The development in a payload that is canonical JSON and has, with its salt, the digest in the entry. */
export function openPayload(
  payload: Buffer,
  salt: Buffer,
  digest: Buffer,
  refuse: Refuse,
): Content & { version: number } {
  if (salt.length !== hashSize || !payloadDigest(salt, payload).equals(digest)) {
    throw refuse('salt and payload do not have the digest in the entry');
  }
  const content = parseObject(payload);
  if (!content || !isCanonical(content, payload)) throw refuse('its payload is not canonical JSON');
  const wrong = firstWrong(contentTests, content);
  if (wrong !== undefined) {
    throw refuse(`its payload is no development: its \`${wrong}\` is not one that Dateline records`);
  }
  return content as unknown as Content & { version: number };
}

/** Whether this may be an entry's place beside its position: its id, its matter, and its version there. */
export function isPlace(place: { id: unknown; matter: unknown; version: unknown }): boolean {
  return firstWrong(placeTests, place) === undefined;
}

type Test = (value: unknown, content: Record<string, unknown>) => boolean;

const placeTests: Record<string, Test> = {
  id: (value) => typeof value === 'string' && isId(value),
  matter: (value) => typeof value === 'string' && streamPattern.test(value),
  version: (value) => Number.isSafeInteger(value) && (value as number) > 0,
};

const registryNames = new Set<string>(registryTypes);
const namedTypes = new Set<string>([...deskTypes, ...registryTypes]);

/** What whoever reads the ledger relies on; the rest of a content is the affair of those who recorded it. */
const contentTests: Record<string, Test> = {
  ...placeTests,
  type: (value) => typeof value === 'string' && (namedTypes.has(value) || worldTypePattern.test(value)),
  target: (value, { type }) =>
    !String(type).startsWith('record.') || (typeof value === 'string' && isId(value)),
  bounds: (value) => value === undefined || isBounds(value),
  embargoedUntil: (value) => value === undefined || (typeof value === 'string' && isInstant(value)),
  registry: (value, { type, matter }) =>
    !registryNames.has(String(type)) || isRegistryOf(value, String(type), String(matter)),
};

function isRegistryOf(value: unknown, type: string, matter: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { slug, phases, closed = [], panel, summed = [] } = value as Record<string, unknown>;
  if (`${type.slice(0, type.indexOf('.'))}/${String(slug)}` !== matter) return false;
  return type !== 'kind.defined' || (typeof panel === 'string' && [phases, closed, summed].every(isTexts));
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function firstWrong(tests: Record<string, Test>, content: Record<string, unknown>): string | undefined {
  return Object.keys(tests).find((name) => !tests[name]!(content[name], content));
}

function isBounds(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { earliest, latest } = value as { earliest?: unknown; latest?: unknown };
  return (earliest === null || isInstantAsWritten(earliest)) && isInstantAsWritten(latest);
}

/** Of the forms that an instant may have, the one in which it is stored. */
export function isInstantAsWritten(value: unknown): boolean {
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  return instant !== undefined && formatInstant(instant) === value;
}
