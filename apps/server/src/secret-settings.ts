/** Settings that are secrets, or the paths of such. Their values are never repeated: one may stand in another's place. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { signingKeyOf, SigningKeyUnusable } from '#libs/notary';

/** 32 characters of base64 hold 192 bits. */
export const secretGrammar = /^[!-~]{32,512}$/;

/**
 * A secret, from the variable or from the file that `<name>_FILE` names. Not from a flag: everybody on a machine can read
 * those.
 */
export function readSecret(env: NodeJS.ProcessEnv, name: string, problems: string[]): string | undefined {
  const [given, file] = [name, `${name}_FILE`].map((each) => env[each]?.trim() || undefined);
  if (given !== undefined && file !== undefined) {
    problems.push(`${name} and ${name}_FILE: are both set; leave one of them out.`);
    return undefined;
  }
  const secret = file === undefined ? given : readSecretFile(`${name}_FILE`, file, problems);
  if (secret === undefined || secretGrammar.test(secret)) return secret;
  problems.push(
    `${name}: must be 32 to 512 characters without spaces, such as \`openssl rand -base64 32\` prints.`,
  );
  return undefined;
}

/** The absolute path of the signing key; that the key will do is found out here. */
export function readSigningKey(env: NodeJS.ProcessEnv, name: string, problems: string[]): string | undefined {
  const file = env[name]?.trim() || undefined;
  if (file === undefined) return undefined;
  const pem = readSecretFile(name, file, problems);
  try {
    if (pem !== undefined) signingKeyOf(pem, `${name}: the file that it names`);
  } catch (error) {
    if (!(error instanceof SigningKeyUnusable)) throw error;
    problems.push(error.message);
  }
  return path.resolve(file);
}

function readSecretFile(name: string, file: string, problems: string[]): string | undefined {
  if (/[\r\n]|-----BEGIN/.test(file)) {
    problems.push(`${name}: must be the path of a file, not what is to be in it.`);
    return undefined;
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    problems.push(`${name}: the file that it names cannot be read (${code}); use the path of one that can.`);
    return undefined;
  }
}
