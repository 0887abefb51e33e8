import type { ProvenEntry, ProvenMatter } from '../proven-matter.js';
import { AnswerWrong } from './answer-wrong.js';

type Test = (value: unknown) => boolean;
/** What each member must be; no other may be there, for nothing would prove it. */
type Shape<T> = Record<keyof T, Test>;

const isText: Test = (value) => typeof value === 'string';
const isTextOrNull: Test = (value) => value === null || isText(value);
const isWhole: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject: Test = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

const answerShape: Shape<ProvenMatter> = {
  timeline: isText,
  matter: isText,
  asOf: isText,
  knownAt: isWhole,
  foldVersion: isWhole,
  state: isObject,
  entries: Array.isArray,
  beside: Array.isArray,
  checkpoint: isText,
  key: isText,
};

const entryShape: Shape<ProvenEntry> = {
  position: isWhole,
  entry: isText,
  payload: isTextOrNull,
  salt: isTextOrNull,
  hashes: (value) => Array.isArray(value) && value.every(isText),
  redacted: (value) => value === null || isObject(value),
};

const redactedShape: Shape<NonNullable<ProvenEntry['redacted']>> = {
  id: isText,
  version: isWhole,
  by: isWhole,
};

/** An answer by its form alone. @throws AnswerWrong */
export function readAnswer(value: unknown): ProvenMatter {
  const answer = take(value, answerShape, 'the answer');
  for (const list of ['entries', 'beside'] as const) {
    for (const [index, each] of answer[list].entries()) {
      const { redacted } = take(each, entryShape, `${list}/${index}`);
      if (redacted !== null) take(redacted, redactedShape, `${list}/${index}/redacted`);
    }
  }
  return answer;
}

function take<T>(value: unknown, shape: Shape<T>, where: string): T {
  if (!isObject(value)) throw new AnswerWrong(`${where} is not an object`);
  const members = value as Record<string, unknown>;
  for (const [name, test] of Object.entries<Test>(shape)) {
    if (!test(members[name]))
      throw new AnswerWrong(`${where} has no \`${name}\` as an answer with proof=true has it`);
  }
  const more = Object.keys(members).find((name) => !Object.hasOwn(shape, name));
  if (more !== undefined) throw new AnswerWrong(`${where} has \`${more}\`, which nothing proves`);
  return value as T;
}
