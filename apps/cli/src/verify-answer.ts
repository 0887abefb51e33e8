import { MalformedJson, parseStrictJson } from '#libs/exchange';
import { AnswerWrong, type CheckedAnswer, checkAnswer } from '#libs/timelines';
import { parseVerifierKey } from '#libs/transparency';
import { UsageError } from './command-settings.js';
import { isOfFiles } from './file-error.js';
import { openInput } from './read-input.js';

/** No answer of the service is as long, in bytes. */
const longestAnswer = 128 * 2 ** 20;

/** Checks an answer that carries its proof, by itself: it needs neither a database, nor a service, nor a secret. */
export async function verifyAnswer(file: string, key: string | undefined, json: boolean): Promise<number> {
  const verifier = key === undefined ? undefined : parseVerifierKey(key);
  if (key !== undefined && !verifier) {
    throw new UsageError('--key is not a verifier key: name+key id+base64, as log/key tells it');
  }
  try {
    const answer = parseStrictJson(await readWhole(file));
    const checked = checkAnswer(answer, verifier && { keys: [verifier] });
    console.log(json ? JSON.stringify({ ok: true, ...checked }) : sentencesOf(checked).join('\n'));
    return 0;
  } catch (error) {
    const expected = error instanceof AnswerWrong || error instanceof MalformedJson || isOfFiles(error);
    if (!expected) throw error;
    const { message, position } = error as Error & { position?: number };
    console.error(`dateline: ${file}: WRONG: ${message}`);
    if (json)
      console.log(JSON.stringify({ ok: false, error: message, ...(position !== undefined && { position }) }));
    return 1;
  }
}

async function readWhole(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of (await openInput(file)).chunks) {
    chunks.push(chunk);
    if ((length += chunk.length) > longestAnswer)
      throw new AnswerWrong('it is longer than any answer, 128 MiB');
  }
  return Buffer.concat(chunks, length);
}

function sentencesOf(checked: CheckedAnswer): string[] {
  const { timeline, matter, asOf, knownAt, entries, lastPosition, beside } = checked;
  const { payloads, redacted, proofs, size, root, signedBy, ownKey } = checked;
  return [
    `${timeline}: ${matter} at ${asOf}, known at position ${knownAt}`,
    `  recomputed ${payloads} payload digests, ${proofs} entries with their leaf hashes, and as many proofs of inclusion`,
    `  ${entries} entries of the matter, version for version; ${beside} beside them; ${redacted} redacted, each named by a redaction`,
    `  the state is what these entries give, byte for byte`,
    `  checkpoint of ${size} entries, root ${root}, signed by ${signedBy.join(' and ')}`,
    ...(ownKey
      ? ['  whose key that is, the answer cannot tell: give --key, as you know it from elsewhere']
      : []),
    `  all of it is as it should be, up to position ${lastPosition}: that no further entry of the matter up to position ` +
      `${knownAt} was left out behind it, only the whole log can show`,
  ];
}
