import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type Account, openAccount, record } from './account.js';
import type {
  Bounds,
  DeskContent,
  DeskType,
  Mode,
  Quantity,
  Recorded,
  Replacement,
  WorldContent,
} from './development.js';
import { foldVersion } from './fold-version.js';
import { builtInKinds } from './kinds.js';
import type { AccountSlot } from './slots.js';

/** SHA-256 over all that the fold says of the history below, by the version of the fold. */
const digests: Record<number, string> = {
  2: 'e2c2b633e6cf73724ea861e21ef5ecaa99b3224267bd5af04309e074ee402452',
};

const day = 86_400_000;
const start = Date.UTC(2025, 0, 1);
const kinds = ['deployment', 'reward', 'claim', 'negotiation', 'seizure', 'election'];
const deskTypes: DeskType[] = [
  ...([
    'record.corrected',
    'record.corrected',
    'record.held',
    'record.released',
    'record.retracted',
  ] as const),
  ...(['record.reinstated', 'record.confirmed', 'record.disputed', 'record.unverified'] as const),
];

/** The same whole numbers on every machine and with every version of everything (Park and Miller's generator). */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Late, undated, planned, quarrelling and decided about: six hundred entries on six matters. */
function history(): Recorded[] {
  const below = numbersFrom(2025);
  const worlds: WorldContent[] = [];
  const versions = new Map<string, number>();
  return Array.from({ length: 600 }, (_, position) => {
    const isDecision = worlds.length > 0 && below(10) < 3;
    const target = isDecision ? worlds[below(worlds.length)]! : null;
    const content = target ? decision(position, target, below) : world(position, worlds, below);
    const version = (versions.get(content.matter) ?? 0) + 1;
    versions.set(content.matter, version);
    const bounds = target ? correctedBounds(content as DeskContent, below) : someBounds(below);
    return { position, recordedAt: start + position * 1_000, version, content, bounds };
  });
}

function someBounds(below: (n: number) => number): Bounds {
  const earliest = start + below(60) * day;
  const latest = earliest + [1, day, day, 7 * day, 28 * day][below(5)]!;
  return { earliest: below(12) === 0 ? -Infinity : earliest, latest };
}

function correctedBounds({ replacement }: DeskContent, below: (n: number) => number): Bounds | null {
  return replacement && 'occurred' in replacement ? someBounds(below) : null;
}

function quantities(below: (n: number) => number): Quantity[] {
  const of = ['troops', 'warships'][below(2)]!;
  const said: Omit<Quantity, 'of'>[] = [
    ...[
      { value: below(5) * 1_000, unit: 'person' },
      { value: below(5) * 1_000, unit: 'person' },
    ],
    ...[{ delta: 500 - below(3) * 500 }, { low: below(4), high: 4 + below(4) }, { text: 'thousands' }],
    ...[{ value: 0.1, unit: 'person' }, { delta: 0.2 }],
  ];
  return below(3) === 0 ? [] : [{ of, ...said[below(said.length)]! }];
}

function world(position: number, worlds: WorldContent[], below: (n: number) => number): WorldContent {
  const kind = kinds[below(kinds.length)]!;
  const { phases } = builtInKinds.get(kind)!;
  const near = worlds.filter(({ matter }) => matter === `the-${kind}`);
  const content: WorldContent = {
    id: `d${position}`,
    type: `${kind}.${phases[below(phases.length)]!.phase}`,
    matter: `the-${kind}`,
    title: `Report ${position}`,
    occurred: '2025',
    timezone: 'UTC',
    mode: (['actual', 'actual', 'actual', 'planned', 'hypothetical', 'negated'] satisfies Mode[])[below(6)]!,
    assertion: (['reported', 'claimed', 'denied'] as const)[below(3)]!,
    attribution: { by: ['navy', 'press', 'ministry'][below(3)]!, record: 'on-record' },
    quantities: quantities(below),
    ...(below(2) === 0 && { actors: [`actor-${below(3)}`], places: [{ ref: 'bay', precision: 'vicinity' }] }),
    ...(below(3) === 0 && { recipients: [`actor-${below(3)}`] }),
    ...(near.length > 0 &&
      below(3) === 0 && {
        related: [{ rel: (['agrees', 'responds-to'] as const)[below(2)]!, id: near[below(near.length)]!.id }],
      }),
  };
  worlds.push(content);
  return content;
}

function decision(position: number, target: WorldContent, below: (n: number) => number): DeskContent {
  const type = deskTypes[below(deskTypes.length)]!;
  const replacements: Replacement[] = [
    { title: `Corrected at ${position}` },
    { quantities: quantities(below), actors: null },
    { occurred: '2024' },
    { mode: 'actual' },
  ];
  return {
    id: `d${position}`,
    type,
    matter: target.matter,
    target: target.id,
    reason: 'The desk looked again',
    attribution: { by: 'desk', record: 'publisher' },
    ...(type === 'record.corrected' && { replacement: replacements[below(replacements.length)]! }),
  };
}

/** A slot in the form whose digests are pinned. */
function spell({ validFrom, validTo, knownFrom, drawn: { json, position, ordinal } }: AccountSlot) {
  return { validFrom, validTo, knownFrom, json, drawn: { position, ordinal } };
}

describe('the fold', () => {
  it('says of a fixed history what it has said since it got its version', () => {
    const hash = createHash('sha256');
    const accounts = new Map<string, Account>();
    for (const entry of history()) {
      const { matter } = entry.content;
      const { account, change } = record(accounts.get(matter) ?? openAccount(matter, builtInKinds), entry);
      accounts.set(matter, account);
      const { closed, opened, ...notes } = change;
      const spelled = { closed: closed.map(spell), opened: opened.map(spell), ...notes };
      hash.update(
        JSON.stringify(spelled, (_key, value: unknown) =>
          value === -Infinity ? '-∞' : value === Infinity ? '∞' : value,
        ),
      );
    }
    // Another digest means that stored read models are of another fold now: raise foldVersion, and pin its digest here.
    expect({ [foldVersion]: hash.digest('hex') }).toEqual({ [foldVersion]: digests[foldVersion] });
  });
});
