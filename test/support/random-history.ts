/**
 * Random histories of one timeline as its ledger would hold them: few matters, few days, few sources, so that
 * late reports, ties, quarrels and reversals are the rule. They are built from plain steps, so they shrink, and
 * a seed brings one back. `toPosts` gives the same history as a client would send it.
 */
import fc from 'fast-check';
import { builtInKinds, isDesk, isWorld } from '#libs/chronology';
import type { Content, DeskContent, DeskType, Recorded, Replacement, WorldContent } from '#libs/chronology';
import { boundsOf } from './random-occurred.js';
import { steps } from './random-steps.js';
import type { Changes, DeskStep, RegistryStep, RelationStep, Step, WorldStep } from './random-steps.js';

const kindPool = fc.constantFrom(
  ...['deployment', 'deployment', 'mobilisation', 'seizure', 'reward', 'claim', 'claim'],
  ...['position', 'petition', 'office', 'incident', 'directive'],
);

export interface HistoryLimits {
  /** At most so many entries (default 30). */
  entries?: number;
  /** At most so many matters, each of one kind (default 4). */
  matters?: number;
}

/** Entries with positions from 0, kinds from the built-in table, slugs such as `claim-1`. */
export function histories({ entries = 30, matters = 4 }: HistoryLimits = {}): fc.Arbitrary<Recorded[]> {
  const kinds = fc.array(kindPool, { minLength: 1, maxLength: matters });
  const plan = fc.array(steps, { minLength: 1, maxLength: entries, size: 'max' });
  return fc.tuple(kinds, plan).map(([kindOf, taken]) => historyOf(kindOf, taken));
}

/** What building a history remembers of the entries before. */
interface Draft {
  kindOf: string[];
  entries: Recorded[];
  /** World developments by id, as corrected so far, in order of position. */
  current: Map<string, WorldContent>;
}

function historyOf(kindOf: string[], taken: Step[]): Recorded[] {
  const draft: Draft = { kindOf, entries: [], current: new Map() };
  let recordedAt = Date.UTC(2025, 8, 1);
  for (const step of taken) {
    recordedAt += step.wait;
    if (step.step === 'world') addWorld(draft, step, recordedAt);
    else if (step.step === 'desk') addDesk(draft, step, recordedAt);
    else addRegistry(draft, step, recordedAt);
  }
  return draft.entries;
}

function add(draft: Draft, recordedAt: number, content: Content, bounds: Recorded['bounds']): void {
  const { entries } = draft;
  const version = 1 + entries.filter((entry) => entry.content.matter === content.matter).length;
  entries.push({ position: entries.length, recordedAt, version, content, bounds });
}

function addWorld(draft: Draft, step: WorldStep, recordedAt: number): void {
  const { step: _step, wait: _wait, matter: pick, phase, retells, relation, embargo, ...own } = step;
  const index = pick % draft.kindOf.length;
  const kind = draft.kindOf[index]!;
  const matter = `${kind}-${index}`;
  const position = draft.entries.length;
  const given = { ...own, ...retold(draft, matter, retells) };
  const content: WorldContent = {
    id: `d${position}`,
    matter,
    title: `Report ${position}`,
    type: typeOf(kind, phase),
    ...given,
    ...related(draft, matter, relation),
    ...(embargo !== undefined && { embargoedUntil: new Date(recordedAt + embargo).toISOString() }),
    ...withReportedAt(given.occurred, given.reportedAt),
  };
  draft.current.set(content.id, content);
  add(draft, recordedAt, content, boundsOf(content.occurred, content.timezone, content.reportedAt));
}

/** The step and the date of another account of the same thing, if there is one. */
function retold(draft: Draft, matter: string, retells: number | undefined): Partial<WorldContent> {
  const told = [...draft.current.values()].filter((other) => other.matter === matter);
  if (retells === undefined || told.length === 0) return {};
  const { type, occurred, timezone, reportedAt } = told[retells % told.length]!;
  return { type, occurred, timezone, ...(reportedAt !== undefined && { reportedAt }) };
}

function typeOf(kind: string, phase: number): string {
  const { phases } = builtInKinds.get(kind)!;
  return `${kind}.${phases[phase % phases.length]!.phase}`;
}

/** "Still in effect" lasts until its report, which must then be said. */
function withReportedAt(occurred: string, reportedAt: string | undefined): { reportedAt?: string } {
  return occurred === '/..' && reportedAt === undefined ? { reportedAt: '2025-08-28T09:00:00.000Z' } : {};
}

/** To a development of the same matter if there is one; nothing where there is no other at all. */
function related(
  draft: Draft,
  matter: string,
  relation: RelationStep | undefined,
  self?: string,
): Pick<WorldContent, 'related'> {
  const others = [...draft.current.values()].filter(({ id }) => id !== self);
  const near = others.filter((other) => other.matter === matter);
  const pool = near.length > 0 ? near : others;
  if (relation === undefined || pool.length === 0) return {};
  return { related: [{ rel: relation.rel, id: pool[relation.to % pool.length]!.id }] };
}

/** Nothing to decide about: no entry. */
function addDesk(draft: Draft, step: DeskStep, recordedAt: number): void {
  const pool = targetsOf(draft, step.type);
  if (pool.length === 0) return;
  const target = pool[step.target % pool.length]!;
  const content: DeskContent = {
    id: `d${draft.entries.length}`,
    type: step.type,
    matter: target.matter,
    attribution: { by: 'the-desk', record: 'publisher' },
    target: target.id,
    reason: 'The desk looked again',
  };
  if (step.type !== 'record.corrected') return add(draft, recordedAt, content, null);

  const replacement = replacementOf(draft, target, step.changes);
  const laid = Object.entries({ ...target, ...replacement }).filter(([, value]) => value !== null);
  const corrected = Object.fromEntries(laid) as unknown as WorldContent;
  draft.current.set(target.id, corrected);
  const moved = ['occurred', 'timezone', 'reportedAt'].some((field) => field in replacement);
  const bounds = moved ? boundsOf(corrected.occurred, corrected.timezone, corrected.reportedAt) : null;
  add(draft, recordedAt, { ...content, replacement }, bounds);
}

/** What the decision undoes, if there is any such thing; else any world development. */
function targetsOf({ entries, current }: Draft, type: DeskType): WorldContent[] {
  const undoes = { 'record.released': 'record.held', 'record.reinstated': 'record.retracted' }[
    type as string
  ];
  const isUndone = ({ id, embargoedUntil }: WorldContent) =>
    type === 'record.embargo-lifted'
      ? embargoedUntil !== undefined
      : entries.some(({ content }) => isDesk(content) && content.type === undoes && content.target === id);
  const all = [...current.values()];
  return all.some(isUndone) ? all.filter(isUndone) : all;
}

function replacementOf(draft: Draft, target: WorldContent, changes: Changes): Replacement {
  const { phase, relation, ...given } = changes;
  const [kind] = target.type.split('.') as [string];
  return {
    ...given,
    ...(phase !== undefined && { type: typeOf(kind, phase) }),
    ...(relation === null ? { related: null } : related(draft, target.matter, relation, target.id)),
    ...withReportedAt(given.occurred ?? target.occurred, given.reportedAt ?? target.reportedAt),
  };
}

/** An actor is registered once; after that it is renamed. */
function addRegistry(draft: Draft, { actor }: RegistryStep, recordedAt: number): void {
  const position = draft.entries.length;
  const matter = `actor/${actor}`;
  const isKnown = draft.entries.some(({ content }) => content.matter === matter);
  const registry = { slug: actor, name: `Name ${position}` };
  const content: Content = {
    id: `d${position}`,
    type: isKnown ? 'actor.renamed' : 'actor.registered',
    matter,
    attribution: { by: 'the-desk', record: 'publisher' },
    registry: isKnown ? registry : { ...registry, actorType: 'organisation' },
  };
  add(draft, recordedAt, content, null);
}

/** Every instant at which a situation of this history may change, and the millisecond before each. */
export function turningPoints(history: Recorded[]): number[] {
  const bounds = history.flatMap((entry) => (entry.bounds === null ? [] : [entry.bounds]));
  const instants = bounds.flatMap(({ earliest, latest }) => [earliest, latest]);
  const finite = instants.filter((instant) => instant !== -Infinity);
  return [...new Set([-Infinity, ...finite.flatMap((instant) => [instant - 1, instant])])].sort((a, b) =>
    a < b ? -1 : 1,
  );
}

/**
 * Bodies for `POST …/developments`, one an entry, in order. The ledger that takes them in makes the same bounds
 * and versions; its clock is another, so an embargo that was on (or over) when recorded is on (or over) for good.
 */
export function toPosts(history: Recorded[]): Record<string, unknown>[] {
  return history.map(({ content, recordedAt }) => {
    if (!isWorld(content)) {
      const { matter: _matter, ...body } = content;
      return body;
    }
    const { embargoedUntil, ...body } = content;
    if (embargoedUntil === undefined) return body;
    const isOn = Date.parse(embargoedUntil) > recordedAt;
    return { ...body, embargoedUntil: isOn ? '2999-01-01T00:00:00.000Z' : '2001-01-01T00:00:00.000Z' };
  });
}
