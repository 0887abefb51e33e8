import { fromBase64 } from './base64.js';
import { hashSize } from './hash.js';

/** A text that is not a C2SP tlog-proof. */
export class ProofRefused extends Error {
  readonly code = 'proof-refused';
}

/** That a leaf is in a log, to be checked offline. C2SP tlog-proof. */
export interface TlogProof {
  index: bigint;
  /** From the leaf to the root of the checkpoint's tree. */
  hashes: Buffer[];
  /** A signed note. */
  checkpoint: string;
  /** Anything that belongs to it; nothing proves it. */
  extra?: Buffer | undefined;
}

const header = 'c2sp.org/tlog-proof@v1';

export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const lines = [
    header,
    ...(extra ? [`extra ${extra.toString('base64')}`] : []),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** The checkpoint in it is still to be opened, and the proof to be verified. @throws ProofRefused */
export function parseTlogProof(text: string): TlogProof {
  const end = text.indexOf('\n\n');
  const lines = end < 0 ? [] : text.slice(0, end).split('\n');
  if (lines.shift() !== header)
    throw new ProofRefused(`a proof begins with ${header} and ends with a checkpoint`);
  const extra = lines[0]?.startsWith('extra ') ? bytesOf(lines.shift()!.slice('extra '.length)) : undefined;
  const index = /^index (0|[1-9]\d*)$/.exec(lines.shift() ?? '')?.[1];
  if (index === undefined) throw new ProofRefused('a proof names the index of its leaf');
  const hashes = lines.map(bytesOf);
  if (hashes.some(({ length }) => length !== hashSize)) throw new ProofRefused('a hash has 32 bytes');
  return { index: BigInt(index), hashes, checkpoint: text.slice(end + 2), ...(extra && { extra }) };
}

function bytesOf(base64: string): Buffer {
  const bytes = fromBase64(base64);
  if (!bytes) throw new ProofRefused('a line is not standard base64');
  return bytes;
}
