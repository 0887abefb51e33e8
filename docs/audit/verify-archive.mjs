#!/usr/bin/env node
// Checks an archive that Dateline exported, and shares no code with it: node:crypto and node:fs alone, so that
// whoever trusts nobody at the newsroom can read all of what it does.
//
//     node verify-archive.mjs FILE [--key VERIFIER-KEY]
//
// It checks: that the checkpoint is signed (with --key by that key, else by those in the archive, which proves that it
// is whole but not whose it is), and under the key's own name; that every hash in every tile follows from the entries,
// and the root from the tiles; that the entries name this timeline and the positions 0, 1, 2 …, in the order of time,
// and hold nothing else; that every payload is canonical JSON, and what its entry commits to; that no id comes twice, and
// the versions of each matter are 1, 2, 3 …; and that a payload is missing only where a redaction further down, in the
// same matter, names it, each redaction one. Every byte of the file must be as an export writes it. It keeps the ids of
// all entries, and takes up to 16,777,216 of them. Exit code 0: all of it holds; 1: it does not, and the first thing that
// is wrong is told, with its position; 2: it was called wrongly.
//
// Formats: POSIX ustar; RFC 6962 (tree); RFC 8785 (canonical JSON); C2SP signed-note, tlog-checkpoint, tlog-tiles. docs/ARCHIVE.md has the rest.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

const README_SHA256 = 'e2852727d433e2e563da63ecf743fcc3f473eea7ecd96f91745c9d076b23a0af';
const BLOCK = 512;
const ZEROS = Buffer.alloc(BLOCK);
const LARGEST_FILE = 2 ** 30;
const MOST_ENTRIES = 2 ** 24;
const DEEPEST = 100;
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

class Wrong extends Error {}
function must(holds, what, position) {
  if (!holds) throw new Wrong(position === undefined ? what : `position ${position}: ${what}`);
}

/** A JSON object in UTF-8; what is in it stays out of what is said of it. */
function parse(bytes, what, position) {
  let value;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    value = null;
  }
  must(
    typeof value === 'object' && value !== null && !Array.isArray(value),
    `${what} is no JSON object`,
    position,
  );
  return value;
}

/** RFC 8785, of what JSON.parse gave: names in the order of their UTF-16 code units, all else as ECMAScript spells it. */
function canonicalJson(value, depth = 0) {
  const within = (inner) => canonicalJson(inner, depth + 1);
  // Nothing is recorded that goes deeper; and of what I-JSON cannot hold (half of a surrogate pair, a number beyond all
  // doubles) there is no such form.
  if (depth > DEEPEST || value === Infinity || value === -Infinity) return '';
  if (typeof value === 'string' && !value.isWellFormed()) return '';
  if (Array.isArray(value)) return `[${value.map(within).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${within(name)}:${within(value[name])}`).join(',')}}`;
}

// --- The file: one entry of the archive after the other ------------------------------------------------------------

class Tar {
  constructor(file) {
    this.fd = openSync(file, 'r');
  }

  take(length) {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length;) {
      const read = readSync(this.fd, bytes, at, length - at, null);
      must(read > 0, 'the archive ends in the middle');
      at += read;
    }
    return bytes;
  }

  /** The bytes of the next file, which must have this name. */
  file(name) {
    const header = this.take(BLOCK);
    must(!header.equals(ZEROS), `${name} is missing`);
    const size = parseInt(header.toString('latin1', 124, 135), 8);
    const found = header.toString('latin1', 0, 100).replace(/\0.*$/s, '');
    must(found === name, `where ${name} should stand, there is ${JSON.stringify(found)}`);
    must(!(size > LARGEST_FILE), `${name} says it has ${size} bytes; no file has more than ${LARGEST_FILE}`);
    must(
      Number.isSafeInteger(size) && header.equals(headerOf(name, size)),
      `the header of ${name} was changed`,
    );
    const bytes = this.take(size);
    must(
      this.take((BLOCK - (size % BLOCK)) % BLOCK).every((byte) => byte === 0),
      `what stands behind ${name} was changed`,
    );
    return bytes;
  }

  end() {
    must(
      this.take(2 * BLOCK).every((byte) => byte === 0),
      'there is more than there should be',
    );
    must(
      readSync(this.fd, Buffer.alloc(1), 0, 1, null) === 0,
      'something stands behind the end of the archive',
    );
    closeSync(this.fd);
  }
}

function headerOf(name, size) {
  const header = Buffer.alloc(BLOCK);
  const put = (text, at) => header.write(text, at, 'latin1');
  const octal = (number, digits) => number.toString(8).padStart(digits, '0');
  put(name, 0);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(`${octal(size, 11)}\0`, 124);
  put('00000000000\0', 136);
  put(' '.repeat(8), 148);
  put('0', 156);
  put('ustar\x0000', 257);
  put('0000000\0', 329);
  put('0000000\0', 337);
  let sum = 0;
  for (const byte of header) sum += byte;
  put(`${octal(sum, 6)}\0 `, 148);
  return header;
}

// --- The checkpoint ------------------------------------------------------------------------------------------------

/** `name+hex id+base64(0x01 ‖ public key)` */
function readKey(line) {
  const [, name, id, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(line) ?? [];
  must(name !== undefined, `${JSON.stringify(line)} is no verifier key`);
  const bytes = Buffer.from(base64, 'base64');
  must(
    bytes.length === 33 && bytes[0] === 1 && bytes.toString('base64') === base64,
    `${name}: not an Ed25519 key`,
  );
  const expected = sha256(`${name}\n`, bytes).toString('hex', 0, 4);
  must(id === expected, `the key of ${name} has another id than it says`);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') };
  return { line, name, id, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) };
}

function readCheckpoint(note, keys, trusted) {
  const split = note.indexOf('\n\n');
  const [text, signatures] = [note.slice(0, split + 1), note.slice(split + 2)];
  const lines = text.split('\n');
  must(
    split > 0 && lines.length === 4 && signatures.endsWith('\n'),
    'the checkpoint is not a signed note of three lines',
  );
  const [origin, size, root] = lines;
  const signedBy = signatures
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const [, name, base64] = /^— (\S+) ([A-Za-z0-9+/]+=*)$/u.exec(line) ?? [];
      const bytes = Buffer.from(base64 ?? '', 'base64');
      const key = keys.find((each) => each.name === name && each.id === bytes.toString('hex', 0, 4));
      const whole = bytes.length === 68 && bytes.toString('base64') === base64;
      must(
        key && whole && verify(null, Buffer.from(text), key.publicKey, bytes.subarray(4)),
        `a signature of the checkpoint is wrong`,
      );
      must(key.name === origin, `the checkpoint is of ${origin}, and signed by the key of ${name}`);
      return key.line;
    });
  must(!trusted || signedBy.includes(trusted), 'the checkpoint is not signed by the key that was given');
  must(/^(0|[1-9]\d*)$/.test(size) && Number.isSafeInteger(Number(size)), 'the checkpoint tells no size');
  must(
    Number(size) <= MOST_ENTRIES,
    `it says it has ${size} entries; at most ${MOST_ENTRIES} can be checked`,
  );
  must(
    Buffer.from(root, 'base64').length === 32 && Buffer.from(root, 'base64').toString('base64') === root,
    'the checkpoint tells no root',
  );
  return { origin, size: Number(size), root };
}

// --- The tree ------------------------------------------------------------------------------------------------------

function tilePath(level, index, width) {
  const digits = String(index)
    .padStart(Math.ceil(String(index).length / 3) * 3, '0')
    .match(/\d{3}/g);
  const path = digits.map((group, i) => (i < digits.length - 1 ? `x${group}` : group)).join('/');
  return `${level}/${path}${width === 256 ? '' : `.p/${width}`}`;
}

/** The root over full subtrees of one height, of which the last may be smaller. RFC 6962, 2.1. */
function rootOf(hashes) {
  if (hashes.length === 0) return sha256('');
  if (hashes.length === 1) return hashes[0];
  const half = 2 ** (Math.ceil(Math.log2(hashes.length)) - 1);
  return nodeHash(rootOf(hashes.slice(0, half)), rootOf(hashes.slice(half)));
}

/** Hashes level by level, each held against the tile that should hold it as soon as that is full. */
class Tiles {
  levels = [];

  constructor(tar) {
    this.tar = tar;
  }

  /** Behind each bundle: its own tile, and those above that it completes. */
  append(hashes) {
    this.push(0, hashes);
  }

  push(level, hashes) {
    const at = (this.levels[level] ??= { full: 0, open: [] });
    at.open.push(...hashes);
    if (level === 0 || at.open.length === 256) this.check(level);
    if (at.open.length < 256) return;
    const root = rootOf(at.open);
    at.full++;
    at.open = [];
    this.push(level + 1, [root]);
  }

  check(level) {
    const { full, open } = this.levels[level];
    const name = `tile/${tilePath(level, full, open.length)}`;
    must(
      this.tar.file(name).equals(Buffer.concat(open)),
      `${name} does not hold the hashes of what lies below it`,
      full * 256 ** (level + 1),
    );
  }

  /** The tiles that were never filled, and the root over all of it. */
  end() {
    this.levels.forEach(({ open }, level) => {
      if (level > 0 && open.length > 0) this.check(level);
    });
    let root;
    for (const { open } of this.levels) {
      // What is left of the levels below is one smaller tree, to the right of all that stands on this one.
      const row = root === undefined ? open : [...open, root];
      if (row.length > 0) root = rootOf(row);
    }
    return root ?? sha256('');
  }
}

// --- The entries, and what they commit to --------------------------------------------------------------------------

const SLUG = '[a-z0-9][a-z0-9-]{0,127}';
const ID = /^[!-~]{1,128}$/;
const MATTER = new RegExp(`^(?:(?:actor|place|kind)/)?${SLUG}$`);
const TYPE = new RegExp(`^${SLUG}\\.${SLUG}$`);
const isText = (value, pattern) => typeof value === 'string' && pattern.test(value);

class Record {
  entries = 0;
  redacted = 0;
  versions = new Map();
  ids = new Set();
  /** What is missing and no redaction has named yet: its position and matter, by id. */
  missing = new Map();

  constructor(timeline) {
    this.timeline = timeline;
  }

  take(entry, line) {
    const position = this.entries++;
    const at = parse(entry, 'its entry', position);
    this.entry(at, entry, position);
    const said = parse(line, 'its line', position);
    const hole = said.payload === null;
    const content = hole ? this.hole(said, line, position) : this.payload(said, line, at, position);
    const { id, matter, version } = content;
    must(
      isText(id, ID) && isText(matter, MATTER) && (hole || isText(content.type, TYPE)),
      'its id, matter or type is none',
      position,
    );
    must(!this.ids.has(id), `its id ${id} is that of an entry before it`, position);
    this.ids.add(id);
    must(
      version === (this.versions.get(matter) ?? 0) + 1,
      `it is not the next version of ${matter}`,
      position,
    );
    this.versions.set(matter, version);
    if (hole) this.missing.set(id, { position, matter });
    else if (content.type === 'record.redacted') this.redact(content, position);
  }

  entry(at, entry, position) {
    const { payloadDigest, recordedAt, recordedBy } = at;
    const { timeline } = this;
    const canonical = canonicalJson({ payloadDigest, position, recordedAt, recordedBy, timeline, v: 1 });
    const whole = typeof recordedBy === 'string' && typeof payloadDigest === 'string';
    must(
      whole && entry.equals(Buffer.from(canonical)),
      `its entry is not one of ${timeline} at this position`,
      position,
    );
    const instant = isText(recordedAt, /^\d{4}-\d\d-\d\dT/) ? Date.parse(recordedAt) : NaN;
    must(
      !Number.isNaN(instant) && new Date(instant).toISOString() === recordedAt,
      'its recordedAt is not an instant as entries have it',
      position,
    );
    must(instant >= (this.before ?? instant), 'it was recorded before the one before it', position);
    this.before = instant;
  }

  payload(said, line, at, position) {
    const behind = Buffer.from(`,"position":${position},"salt":${JSON.stringify(said.salt)}}`);
    const payload = line.subarray('{"payload":'.length, line.length - behind.length);
    const salt = Buffer.from(String(said.salt), 'base64');
    const whole = Buffer.concat([Buffer.from('{"payload":'), payload, behind]);
    must(
      whole.equals(line) && salt.length === 32 && salt.toString('base64') === said.salt,
      'its line was changed',
      position,
    );
    must(
      sha256(salt, payload).toString('base64') === at.payloadDigest,
      'its payload is not what its entry commits to',
      position,
    );
    const content = parse(payload, 'its payload', position);
    must(Buffer.from(canonicalJson(content)).equals(payload), 'its payload is not canonical JSON', position);
    return content;
  }

  hole(said, line, position) {
    const { id, matter, version } = said;
    const canonical = canonicalJson({ id, matter, payload: null, position, salt: null, version });
    must(line.equals(Buffer.from(canonical)), 'its line was changed', position);
    this.redacted++;
    return said;
  }

  redact({ target, matter }, position) {
    const hole = this.missing.get(target);
    const why = this.ids.has(target) ? 'whose content is there' : 'which does not stand before it';
    must(hole, `it redacts ${JSON.stringify(target)}, ${why}`, position);
    must(
      hole.matter === matter,
      `it redacts ${target}, which is of another matter, ${hole.matter}`,
      position,
    );
    this.missing.delete(target);
  }

  end() {
    const [first] = this.missing.values();
    must(!first, 'its payload is missing, and no redaction names it', first?.position);
  }
}

function cutEntries(bundle, width, first) {
  const entries = [];
  for (let at = 0; at < bundle.length;) {
    must(at + 2 <= bundle.length, 'a bundle of entries is cut off', first + entries.length);
    const end = at + 2 + bundle.readUInt16BE(at);
    must(end <= bundle.length, 'a bundle of entries is cut off', first + entries.length);
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  must(entries.length === width, `${width} entries should be here, and ${entries.length} are`, first);
  return entries;
}

function cutLines(file, width, first) {
  const lines = [];
  for (let at = 0; at < file.length;) {
    const end = file.indexOf(0x0a, at);
    must(end >= 0, 'a line has no end', first + lines.length);
    lines.push(file.subarray(at, end));
    at = end + 1;
  }
  must(lines.length === width, `${width} payloads should be here, and ${lines.length} are`, first);
  return lines;
}

// --- All of it -----------------------------------------------------------------------------------------------------

function verifyArchive(file, trusted) {
  const tar = new Tar(file);
  const readme = tar.file('README');
  must(
    sha256(readme).toString('hex') === README_SHA256,
    'this is no archive of version 1, or its README was changed',
  );
  const described = tar.file('timeline.json');
  const { slug, title, timezone, visibility, createdAt } = parse(described, 'timeline.json');
  const canonical = `${JSON.stringify({ createdAt, slug, timezone, title, visibility })}\n`;
  must(described.equals(Buffer.from(canonical)), 'timeline.json is not as an export writes it');
  const note = tar.file('checkpoint');
  must(Buffer.from(note.toString()).equals(note), 'the checkpoint is not UTF-8');
  const lines = tar.file('keys').toString().split('\n');
  must(lines.pop() === '' && lines.length > 0, '`keys` has a line without an end');
  const keys = lines.map(readKey);
  if (trusted) keys.push(readKey(trusted));
  const { origin, size, root } = readCheckpoint(note.toString(), keys, trusted);
  must(origin.endsWith(`/${slug}`), `the checkpoint is of ${origin}, which is not ${slug}`);

  const tiles = new Tiles(tar);
  const record = new Record(slug);
  for (let first = 0; first < size; first += 256) {
    const width = Math.min(256, size - first);
    const path = tilePath('entries', first / 256, width);
    const entries = cutEntries(tar.file(`tile/${path}`), width, first);
    const commitments = cutLines(tar.file(`payloads/${path.slice('entries/'.length)}.ndjson`), width, first);
    entries.forEach((entry, i) => record.take(entry, commitments[i]));
    tiles.append(entries.map(leafHash));
  }
  const found = tiles.end();
  must(found.toString('base64') === root, 'the entries are not those that the checkpoint was signed over');
  record.end();
  tar.end();
  return {
    timeline: slug,
    origin,
    entries: record.entries,
    redacted: record.redacted,
    matters: record.versions.size,
    root,
  };
}

const [file, option, key, ...more] = process.argv.slice(2);
if (
  file === undefined ||
  (option !== undefined && (option !== '--key' || key === undefined)) ||
  more.length > 0
) {
  console.error('usage: node verify-archive.mjs FILE [--key VERIFIER-KEY]');
  process.exit(2);
}
try {
  const { timeline, origin, entries, redacted, matters, root } = verifyArchive(file, key);
  console.log(
    `${timeline}: ${entries} entries about ${matters} matters, ${redacted} of them redacted; signed as ${origin}`,
  );
  console.log(`root ${root}`);
  if (key === undefined)
    console.log('Whose key that is, this file cannot tell: give --key as you know it from elsewhere.');
} catch (error) {
  console.error(`WRONG: ${error.message}`);
  process.exitCode = 1;
}
