import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Item } from './item.js';
import { addItem, findIn, type Items, noItems, replaceItem } from './items.js';

const itemOf = (id: string, position: number) => ({ id, position }) as Item;

it('finds what is in a version and nothing else, whichever version goes on', () => {
  const step = fc.record({ of: fc.nat(), adds: fc.integer({ min: 1, max: 100 }), asks: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const versions: [Items, Map<string, Item>][] = [[noItems(), new Map()]];
      let position = 0;
      for (const { of, adds, asks } of steps) {
        const [items, known] = versions[of % versions.length]!;
        if (asks) findIn(items, 'any');
        const all = new Map(known);
        let next = items;
        for (let n = 0; n < adds; n++) {
          // Two versions that go on from one may both come to hold an id, at different places.
          const item = itemOf(`id-${all.size + (of % 3)}`, position++);
          if (all.has(item.id)) next = replaceItem(next, item);
          else next = addItem(next, item);
          all.set(item.id, item);
        }
        versions.push([next, all]);
      }
      const ids = new Set(versions.flatMap(([, known]) => [...known.keys()]));
      for (const [items, known] of versions) {
        for (const id of ids) expect(findIn(items, id)).toBe(known.get(id));
      }
    }),
  );
});
