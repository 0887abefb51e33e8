import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { RightEdge } from './right-edge.js';
import { leafHash } from './hash.js';
import { verifyConsistency, verifyInclusion } from './verify-proof.js';

/** Published probes of Merkle proofs, good and adversarial; they are not part of this repository. */
const besideCheckout = path.resolve(import.meta.dirname, '../../../../shared/vectors');
const folder = process.env['MERKLE_VECTORS'] || (existsSync(besideCheckout) ? besideCheckout : undefined);
if (folder === undefined) {
  process.stderr.write(
    'SKIPPED: the published Merkle proof probes. MERKLE_VECTORS names no folder with them.\n',
  );
}

interface Probe {
  name: string;
  wantErr: boolean;
  proof: string[] | null;
}
interface InclusionProbe extends Probe {
  leafIdx: bigint;
  treeSize: bigint;
  root: string;
  leafHash: string;
}
interface ConsistencyProbe extends Probe {
  size1: bigint;
  size2: bigint;
  root1: string;
  root2: string;
}

function probes<T>(file: string): T[] {
  if (folder === undefined) return [];
  // Some integers are beyond 2^53: they are read from their digits.
  const text = readFileSync(path.join(folder, file), 'utf8').replace(/": (\d+)/g, '": "$1n"');
  const revive = (_: string, value: unknown) =>
    typeof value === 'string' && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
  return JSON.parse(text, revive) as T[];
}

const bytes = (base64: string) => Buffer.from(base64, 'base64');
const inclusion = probes<InclusionProbe>('inclusion.json');
const consistency = probes<ConsistencyProbe>('consistency.json');

(folder === undefined ? describe.skip : describe)('the published probes', () => {
  it('are all there', () => {
    expect([inclusion.length, consistency.length]).toEqual([98, 98]);
  });

  for (const { name, leafIdx, treeSize, root, leafHash: leaf, proof, wantErr } of inclusion) {
    it(`${wantErr ? 'refuses' : 'accepts'} ${name}`, () => {
      const verdict = verifyInclusion(leafIdx, treeSize, bytes(leaf), (proof ?? []).map(bytes), bytes(root));
      expect(verdict).toBe(!wantErr);
    });
  }

  for (const { name, size1, size2, root1, root2, proof, wantErr } of consistency) {
    it(`${wantErr ? 'refuses' : 'accepts'} ${name}`, () => {
      const verdict = verifyConsistency(size1, size2, (proof ?? []).map(bytes), bytes(root1), bytes(root2));
      expect(verdict).toBe(!wantErr);
    });
  }
});

it('gives the roots of the RFC’s reference tree', () => {
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const edge = RightEdge.empty();
  const roots = [edge.root()];
  for (const leaf of leaves) {
    edge.append(leafHash(Buffer.from(leaf, 'hex')));
    roots.push(edge.root());
  }
  expect(roots.map((root) => root.toString('hex').slice(0, 8))).toEqual([
    'e3b0c442',
    '6e340b9c',
    'fac54203',
    'aeb6bcfe',
    'd37ee418',
    '4e3bbb1f',
    '76e67dad',
    'ddb89be4',
    '5dc9da79',
  ]);
});
