import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leafHash, subtreeRoot } from '#libs/transparency';
import { type FullTile, TileTails } from './tile-tails.js';
import { Undo } from './undo.js';

const leaves = Array.from({ length: 1_500 }, (_, i) => leafHash(Buffer.from(String(i))));

/** A tile in one line. */
function shown({ level, index, root, hashes }: FullTile): string {
  return `${level}/${index} ${root.toString('hex')} ${hashes.toString('base64')}`;
}

/** The tiles of level 0 that the leaves fill. */
const tiles = Array.from({ length: Math.floor(leaves.length / 256) }, (_, index) => {
  const hashes = leaves.slice(index * 256, (index + 1) * 256);
  return shown({ level: 0, index, root: subtreeRoot(hashes), hashes: Buffer.concat(hashes) });
});

it('completes the tiles that its leaves fill, however often plans are taken back', () => {
  const steps = fc.array(fc.record({ leaves: fc.nat(400), kept: fc.boolean() }), { maxLength: 12 });
  fc.assert(
    fc.property(steps, (plans) => {
      const tails = new TileTails(0, []);
      const undo = new Undo();
      const written: FullTile[] = [];
      let size = 0;
      for (const plan of plans) {
        const mark = undo.mark();
        const planned = leaves.slice(size, size + plan.leaves).flatMap((leaf) => tails.append(leaf, undo));
        if (plan.kept) {
          written.push(...planned);
          size = Math.min(leaves.length, size + plan.leaves);
        } else {
          undo.revert(mark);
        }
      }
      expect(written.map(shown)).toEqual(tiles.slice(0, Math.floor(size / 256)));
    }),
    { numRuns: 60 },
  );
});

it('completes a tile of each level at once where one leaf fills both', () => {
  const row = (length: number) => Array.from({ length }, (_, i) => leafHash(Buffer.from(`row ${i}`)));
  const tails = new TileTails(65_535, [row(255), row(255)]);
  const undo = new Undo();
  const [lower, upper] = tails.append(leaves[0]!, undo);
  expect([lower, upper]).toMatchObject([
    { level: 0, index: 255, hashes: Buffer.concat([...row(255), leaves[0]!]) },
    { level: 1, index: 0, hashes: Buffer.concat([...row(255), lower!.root]) },
  ]);
  undo.revert(0);
  expect(tails.append(leaves[0]!)).toEqual([lower, upper]);
});
