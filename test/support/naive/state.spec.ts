import { describe, expect, it } from '@jest/globals';
import { builtInKinds as kinds } from '#libs/chronology';
import type { Recorded, SlotState } from '#libs/chronology';
import { at, by, desk, ledgerOf, report, troops } from './handmade.js';
import { naiveFolded, naiveNotes, naiveState, naiveUpcoming } from './index.js';

const forever = 1000;

function stateAt(ledger: Recorded[], date: string, knownAt = forever): SlotState | null {
  return naiveState(ledger, kinds, ledger[0]!.content.matter, at(date), knownAt);
}

function level(state: SlotState | null): [number | null, number | null, number | null] {
  const { value, low, high } = state!.quantities[0]!;
  return [value, low, high];
}

describe('the fold order', () => {
  const money = (value: number) => ({ quantities: [{ of: 'money', unit: 'USD', value }] });
  const doubled = report('doubled', 'reward.changed', '[..2025-08-29]', money(50e6));
  const background = report('background', 'reward.changed', '2025-01-10', money(25e6));

  it('keeps "[..29 August] doubled to 50 million" above a dated background that a later article brings', () => {
    const ledger = ledgerOf(doubled, background);
    expect(level(stateAt(ledger, '2025-08-30'))).toEqual([50e6, null, null]);
    expect(naiveFolded(ledger, kinds, 'reward-1', at('2025-08-30'), forever)).toEqual([
      'background',
      'doubled',
    ]);
  });

  it('has the undated as background until its last possible moment', () => {
    const ledger = ledgerOf(doubled, background);
    expect(level(stateAt(ledger, '2025-08-29T23:59:59.999Z'))).toEqual([25e6, null, null]);
    expect(level(stateAt(ledger, '2024-01-01'))).toEqual([50e6, null, null]);
  });

  it('lets a late report about 3 February fill the days up to the next thing known, and no more', () => {
    const tenth = report('tenth', 'deployment.underway', '2025-02-10');
    const third = report('third', 'deployment.announced', '2025-02-03');
    const ledger = ledgerOf(report('first', 'deployment.announced', '2025-02-01'), tenth, third);
    expect(stateAt(ledger, '2025-02-05')!.lastDevelopment).toBe('third');
    expect(stateAt(ledger, '2025-02-05', 1)!.lastDevelopment).toBe('first');
    expect(stateAt(ledger, '2025-02-10')).toEqual(stateAt(ledger, '2025-02-10', 1));
  });

  it('puts the shorter of two that begin together first, and equals by position', () => {
    const month = report('month', 'incident.updated', '2025-08');
    const day = report('day', 'incident.occurred', '2025-08-01');
    const same = report('same', 'incident.occurred', '2025-08-01');
    const ids = naiveFolded(ledgerOf(month, same, day), kinds, 'incident-1', at('2025-08-01'), forever);
    expect(ids).toEqual(['same', 'day', 'month']);
  });
});

describe('the state', () => {
  it('is that of the last actual development, and possible until its latest', () => {
    const ledger = ledgerOf(report('a', 'reward.offered', '2025-02~', { actors: ['us-justice'] }));
    expect(stateAt(ledger, '2025-01-31')).toBeNull();
    expect(stateAt(ledger, '2025-02-01')).toEqual({
      kind: 'reward',
      phase: 'offered',
      open: true,
      certainFrom: at('2025-03-01'),
      approximate: true,
      title: 'Title of a',
      actors: ['us-justice'],
      recipients: [],
      places: [],
      quantities: [],
      contested: [],
      attribution: { by: 'reuters', record: 'publisher' },
      assertion: 'reported',
      verification: 'unverified',
      anomalies: [],
      lastDevelopment: 'a',
    });
  });

  it('takes actors from the last that names any', () => {
    const ledger = ledgerOf(
      report('a', 'reward.offered', '2025-02-01', { actors: ['us-justice'] }),
      report('b', 'reward.changed', '2025-02-02', { actors: [] }),
      report('c', 'reward.changed', '2025-02-03'),
    );
    expect(stateAt(ledger, '2025-02-04')!.actors).toEqual(['us-justice']);
  });

  it('is closed in a closed phase', () => {
    expect(stateAt(ledgerOf(report('a', 'reward.paid', '2025-02-01')), '2025-03-01')!.open).toBe(false);
  });

  it('of notes alone has no phase, counts as open and is certain from the last note on', () => {
    const ledger = ledgerOf(report('a', 'gathering.scheduled', '2025-02-01', { mode: 'planned' }));
    expect(stateAt(ledger, '2025-02-01')).toMatchObject({
      kind: 'gathering',
      phase: null,
      open: true,
      title: null,
      lastDevelopment: null,
      certainFrom: at('2025-02-02'),
      verification: 'unverified',
    });
  });

  it('calls a step to a lower rank, or out of a closed phase, an anomaly', () => {
    const back = (before: string, now: string) =>
      stateAt(ledgerOf(report('a', before, '2025-02-01'), report('b', now, '2025-02-02')), '2025-02-03')!
        .anomalies;
    expect(back('deployment.underway', 'deployment.announced')).toEqual([
      { code: 'phase-went-back', detail: 'announced after underway' },
    ]);
    expect(back('reward.paid', 'reward.withdrawn')).toHaveLength(1);
    expect(back('reward.paid', 'reward.paid')).toEqual([]);
    expect(back('deployment.reinforced', 'deployment.reduced')).toEqual([]);
    expect(back('deployment.announced', 'deployment.withdrawn')).toEqual([]);
  });
});

describe('notes and upcoming', () => {
  const planned = [1, 2, 3, 4, 5, 6, 7].map((n) =>
    report(`p${n}`, 'gathering.scheduled', `2025-02-0${n}`, { mode: 'planned' }),
  );
  const ids = (notes: { id: string }[]) => notes.map(({ id }) => id);

  it('are the last five so far, and the next five', () => {
    const ledger = ledgerOf(...planned.toReversed());
    const ask = [ledger, kinds, 'gathering-1', at('2025-02-06'), forever] as const;
    expect(ids(naiveNotes(...ask))).toEqual(['p2', 'p3', 'p4', 'p5', 'p6']);
    expect(ids(naiveUpcoming(...ask))).toEqual(['p7']);
    expect(ids(naiveUpcoming(ledger, kinds, 'gathering-1', at('2025-01-01'), forever))).toEqual(
      ids(planned.slice(0, 5)),
    );
  });

  it('hold no denial of something to come among what is upcoming', () => {
    const ledger = ledgerOf(report('n', 'gathering.held', '2025-02-01', { mode: 'negated' }));
    expect(naiveUpcoming(ledger, kinds, 'gathering-1', at('2025-01-01'), forever)).toEqual([]);
  });
});

describe('what the desk decides', () => {
  const first = report('a', 'deployment.underway', '2025-02-01', troops({ value: 4000 }));

  it('counts from its position on, and no earlier', () => {
    const ledger = ledgerOf(first, desk('record.corrected', 'a', { title: 'Better' }));
    expect(stateAt(ledger, '2025-03-01', 0)!.title).toBe('Title of a');
    expect(stateAt(ledger, '2025-03-01', 1)!.title).toBe('Better');
  });

  it('moves a development with its corrected date', () => {
    const ledger = ledgerOf(first, desk('record.corrected', 'a', { occurred: '2025-02-05' }));
    expect(stateAt(ledger, '2025-02-04', 1)).toBeNull();
    expect(stateAt(ledger, '2025-02-05', 1)!.certainFrom).toBe(at('2025-02-06'));
  });

  it('sets verification, which a later correction of what was verified sets back', () => {
    const ledger = ledgerOf(
      first,
      desk('record.confirmed', 'a'),
      desk('record.corrected', 'a', by('ap')),
      desk('record.corrected', 'a', troops({ value: 4500 })),
      desk('record.disputed', 'a'),
    );
    const words = [0, 1, 2, 3, 4].map((k) => stateAt(ledger, '2025-03-01', k)!.verification);
    expect(words).toEqual(['unverified', 'confirmed', 'confirmed', 'unverified', 'disputed']);
  });

  it('is three flags, not counters: a release ends two holds, and a retraction survives it', () => {
    const ledger = ledgerOf(
      first,
      desk('record.held', 'a'),
      desk('record.held', 'a'),
      desk('record.released', 'a'),
      desk('record.retracted', 'a'),
      desk('record.released', 'a'),
      desk('record.reinstated', 'a'),
    );
    const counts = [0, 1, 2, 3, 4, 5, 6].map((k) => stateAt(ledger, '2025-03-01', k) !== null);
    expect(counts).toEqual([true, false, false, true, false, false, true]);
    const held = ledgerOf(first, desk('record.held', 'a'), desk('record.reinstated', 'a'));
    expect(stateAt(held, '2025-03-01')).toBeNull();
  });

  it('keeps an embargoed development out until the embargo is lifted, and a hold survives the lifting', () => {
    const embargoed = { ...first, embargoedUntil: '2025-09-02T00:00:00.000Z' };
    const lifted = ledgerOf(embargoed, desk('record.embargo-lifted', 'a'));
    expect([0, 1].map((k) => stateAt(lifted, '2025-03-01', k) !== null)).toEqual([false, true]);
    const held = ledgerOf(embargoed, desk('record.held', 'a'), desk('record.embargo-lifted', 'a'));
    expect(stateAt(held, '2025-03-01')).toBeNull();
  });

  it('takes no embargo that was over when the development was recorded', () => {
    const over = { ...first, embargoedUntil: '2025-09-01T00:00:00.000Z' };
    expect(stateAt(ledgerOf(over), '2025-03-01')).not.toBeNull();
  });

  it('applies corrections of what does not count when it counts again', () => {
    const ledger = ledgerOf(
      { ...first, actors: ['us-navy'] },
      desk('record.retracted', 'a'),
      desk('record.corrected', 'a', { quantities: null, actors: null, title: 'Better' }),
      desk('record.reinstated', 'a'),
    );
    expect(stateAt(ledger, '2025-03-01')).toMatchObject({ title: 'Better', quantities: [], actors: [] });
  });
});
