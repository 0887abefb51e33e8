import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  builtInKinds,
  isRegistry,
  itemsOf,
  openAccount,
  record,
  type Recorded,
  slotsOf,
  type WorldContent,
} from '#libs/chronology';
import { histories } from '../../../test/support/random-history.js';
import { type Held, isParked, openHeld, take } from './held-account.js';

describe('an account that is held', () => {
  it('comes to the same slots and notes as one that keeps every word', () => {
    fc.assert(
      fc.property(histories({ matters: 1 }), (ledger) => {
        let whole = openAccount('m', builtInKinds);
        let held: Held = openHeld('m', builtInKinds);
        for (const entry of ledger.filter(({ content }) => !isRegistry(content))) {
          const recorded = record(whole, entry);
          whole = recorded.account;
          const taken = take(held, entry);
          held = taken.held;
          expect(taken.rows.change?.change).toEqual(recorded.change);
        }
        expect(isParked(held) ? held : slotsOf(held)).toEqual(slotsOf(whole));
      }),
    );
  });

  it('holds once what a development says as the one before did', () => {
    const [first, second] = ['a', 'b'].map((id, position) => {
      const { attribution, ...entry } = JSON.parse(JSON.stringify(said)) as WorldContent;
      return { ...development(position), content: { ...entry, id, attribution } };
    });
    let held = openHeld('m', builtInKinds);
    for (const entry of [first!, second!]) ({ held } = take(held, entry));
    const [a, b] = isParked(held) ? [] : itemsOf(held).map(({ content }) => content);
    expect(b!.attribution).toBe(a!.attribution);
    expect([b!.actors, b!.places]).toEqual([said.actors, said.places]);
    expect(b!.actors).toBe(a!.actors);
    expect(b!.places).toBe(a!.places);
    expect([b!.text, b!.quote]).toEqual([undefined, undefined]);
  });
});

const said: WorldContent = {
  id: '',
  type: 'deployment.underway',
  matter: 'm',
  title: 'They sail',
  occurred: '2025-02-01',
  timezone: 'UTC',
  mode: 'actual',
  assertion: 'reported',
  attribution: { by: 'navy', via: 'agency', record: 'on-record' },
  actors: ['navy', 'coastguard'],
  places: [{ ref: 'bay', precision: 'region' }],
  text: 'A paragraph',
  quote: { text: 'We sail' },
};

function development(position: number): Omit<Recorded, 'content'> {
  return {
    position,
    version: position + 1,
    recordedAt: position,
    bounds: { earliest: position, latest: position + 1 },
  };
}
