/**
 * A key as text: `dl_<role letter>_<secret>_<checksum>`.
 *
 * The letter is r for reader, c for recorder, u for auditor, a for admin; it is for people, what a key may do is looked
 * up. The secret is 128 random bits as 22 digits of base 62 (0-9, A-Z, a-z). The checksum is the CRC-32 (ISO-HDLC, as
 * in zlib) of all that stands before its underscore, as 6 digits of base 62: so a typing error is told from a wrong key,
 * and a scanner finds leaked ones without asking anybody.
 */
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Role } from './role.js';

/** Gives so many bytes that nobody can guess. */
export type RandomBytes = (size: number) => Buffer;

const letters: Record<Role, string> = { reader: 'r', recorder: 'c', auditor: 'u', admin: 'a' };
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const form = /^(dl_[rcua]_[0-9A-Za-z]{22})_([0-9A-Za-z]{6})$/;
const anywhere = /dl_[rcua]_[0-9A-Za-z]{22}_[0-9A-Za-z]{6}/;

export function makeKeyText(role: Role, random: RandomBytes): string {
  const body = `dl_${letters[role]}_${base62(BigInt(`0x${random(16).toString('hex')}`), 22)}`;
  return `${body}_${checksum(body)}`;
}

/** Sixteen digits of base 62: 95 random bits. Public, and says nothing of the key. */
export function makeKeyId(random: RandomBytes): string {
  return base62(BigInt(`0x${random(16).toString('hex')}`), 16);
}

/** Whether a text has the form of a key, its checksum included. Says nothing of whether there is such a key. */
export function isKeyText(text: string): boolean {
  const [, body, sum] = form.exec(text) ?? [];
  return body !== undefined && checksum(body) === sum;
}

/** The first that has the form of a key in a text, whatever its checksum says. */
export function findKeyText(text: string): string | undefined {
  return anywhere.exec(text)?.[0];
}

/** What is stored of a key, and what it is looked up by: SHA-256, here in base64. */
export function keyDigest(text: string): string {
  return hash('sha256', text, 'base64');
}

function checksum(body: string): string {
  return base62(BigInt(crc32(body)), 6);
}

/** The last `length` digits. */
function base62(number: bigint, length: number): string {
  let text = '';
  for (let rest = number; text.length < length; rest /= 62n) text = digits[Number(rest % 62n)]! + text;
  return text;
}
