import { createPublicKey, type KeyObject } from 'node:crypto';
import { fromBase64 } from './base64.js';
import { sha256 } from './hash.js';

/** Ed25519, the one kind of signature that is made and checked here. */
const ed25519 = 0x01;

/** A key that notes are checked with. C2SP signed-note. */
export interface VerifierKey {
  /** Without space and +, such as `example.org/news/harbour`. */
  name: string;
  /** Four bytes that tell keys of one name apart. */
  id: Buffer;
  publicKey: KeyObject;
}

/** A key that notes are signed with. */
export interface SignerKey {
  name: string;
  privateKey: KeyObject;
}

export function isKeyName(name: string): boolean {
  return name.length > 0 && !/[\s+]/u.test(name);
}

/** @param publicKey Ed25519 @throws RangeError for another kind of key, or a name that cannot be one */
export function verifierKey(name: string, publicKey: KeyObject): VerifierKey {
  if (!isKeyName(name)) throw new RangeError('a key’s name is not empty and has neither space nor +');
  const id = sha256(Buffer.from(`${name}\n`), Buffer.of(ed25519), rawPublicKey(publicKey)).subarray(0, 4);
  return { name, id, publicKey };
}

export function verifierOf({ name, privateKey }: SignerKey): VerifierKey {
  return verifierKey(name, createPublicKey(privateKey));
}

/** `name+hex key id+base64(0x01 ‖ public key)`: what an auditor is told. */
export function formatVerifierKey({ name, id, publicKey }: VerifierKey): string {
  const key = Buffer.concat([Buffer.of(ed25519), rawPublicKey(publicKey)]);
  return `${name}+${id.toString('hex')}+${key.toString('base64')}`;
}

/** Undefined for what is not the verifier key of an Ed25519 key, or has another key's id. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text);
  const bytes = fromBase64(found?.[3] ?? '');
  if (!found || bytes?.length !== 33 || bytes[0] !== ed25519) return undefined;
  const key = verifierKey(found[1]!, publicKeyOf(bytes.subarray(1)));
  return key.id.toString('hex') === found[2] ? key : undefined;
}

/** The 32 bytes of an Ed25519 public key. @throws RangeError for another kind of key */
export function rawPublicKey(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw new RangeError('notes are signed with Ed25519 keys alone');
  return Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url');
}

/** @param raw 32 bytes */
export function publicKeyOf(raw: Buffer): KeyObject {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
  return createPublicKey({ key: jwk, format: 'jwk' });
}
