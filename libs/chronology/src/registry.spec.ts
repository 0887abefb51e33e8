import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Content, Recorded } from './development.js';
import { foldRegistry } from './registry.js';

const attribution = { by: 'desk', record: 'publisher' } as const;
const ledger = (contents: object[]): Recorded[] =>
  contents.map((content, position) => ({
    position,
    recordedAt: position,
    version: position + 1,
    content: { id: `id-${position}`, attribution, ...content } as Content,
    bounds: null,
  }));
const merged = (slug: string, into: string) => ({
  type: 'actor.merged',
  matter: `actor/${slug}`,
  registry: { slug, into },
});
const split = (slug: string) => ({ type: 'actor.split', matter: `actor/${slug}`, registry: { slug } });

const aSlug = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const aStep = fc.oneof(
  fc.tuple(aSlug, aSlug).map(([slug, into]) => merged(slug, into)),
  aSlug.map(split),
);

describe('the registry', () => {
  it('gives every slug one identity, whatever merges and splits there were', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 20 }), (steps) => {
        const registry = foldRegistry(ledger(steps));
        for (const slug of ['a', 'b', 'c', 'd', 'e']) {
          const identity = registry.identityOf(slug);
          expect(registry.identityOf(identity)).toBe(identity);
          expect(registry.namesOf(slug)).toEqual(registry.namesOf(identity));
          expect(registry.namesOf(slug)).toContain(slug);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('never follows a circle, also one by way of an actor that is merged already', () => {
    const registry = foldRegistry(ledger([merged('a', 'b'), merged('c', 'a'), merged('a', 'c')]));
    expect(registry.namesOf('a')).toEqual(['a', 'b', 'c']);
  });

  it('is after a merge and its split as it was before', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 12 }), fc.nat(4), (steps, at) => {
        const slug = 'abcde'[at]!;
        const before = foldRegistry(ledger(steps));
        if (before.identityOf(slug) !== slug) return;
        const after = foldRegistry(ledger([...steps, merged(slug, 'z'), split(slug)]));
        for (const each of 'abcde') expect(after.identityOf(each)).toBe(before.identityOf(each));
      }),
    );
  });

  it('keeps the names that an actor had, and not the one it has, as its aliases', () => {
    const actor = (type: string, name: string, aliases?: string[]) => ({
      type,
      matter: 'actor/x',
      registry: { slug: 'x', name, ...(aliases && { aliases }) },
    });
    const entries = [
      actor('actor.registered', 'Old', ['O']),
      actor('actor.renamed', 'New'),
      actor('actor.renamed', 'O'),
    ];
    expect(foldRegistry(ledger(entries)).actors.get('x')).toEqual({
      slug: 'x',
      name: 'O',
      aliases: ['Old', 'New'],
      actorType: null,
    });
  });
});
