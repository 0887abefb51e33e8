import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  builtInKinds as kinds,
  computeBounds,
  isDesk,
  isWorld,
  resolveInstantOrDate,
} from '#libs/chronology';
import type { Recorded, SlotState, WorldContent } from '#libs/chronology';
import { naiveState } from './naive/index.js';
import { histories, toPosts, turningPoints } from './random-history.js';

const samples = fc.sample(histories(), { numRuns: 300, seed: 20250829 });
const worldOf = (history: Recorded[]) => history.filter(({ content }) => isWorld(content));
const mattersOf = (history: Recorded[]) => [
  ...new Set(worldOf(history).map(({ content }) => content.matter)),
];

/** All states of all matters at the turning points, at the head. */
function statesOf(history: Recorded[]): SlotState[] {
  return mattersOf(history).flatMap((matter) =>
    turningPoints(history)
      .map((asOf) => naiveState(history, kinds, matter, asOf, history.length))
      .filter((state) => state !== null),
  );
}

const states = samples.map(statesOf);
const share = (holds: boolean[]) => holds.filter(Boolean).length / holds.length;
const shareOfStates = (holds: (state: SlotState) => boolean) => share(states.map((of) => of.some(holds)));
const shareOfHistories = (holds: (history: Recorded[]) => boolean) => share(samples.map(holds));

function isLate(entry: Recorded, history: Recorded[]): boolean {
  return worldOf(history).some(
    (earlier) =>
      earlier.position < entry.position &&
      earlier.content.matter === entry.content.matter &&
      earlier.bounds!.earliest > entry.bounds!.earliest,
  );
}

/** A hold, a retraction or an embargo ends with this entry, and that changes the situation. */
function countsAgain({ position, content }: Recorded, history: Recorded[]): boolean {
  if (!['record.released', 'record.reinstated', 'record.embargo-lifted'].includes(content.type)) return false;
  const [before, after] = [position - 1, position].map((knownAt) =>
    naiveState(history, kinds, content.matter, Infinity, knownAt),
  );
  return JSON.stringify(before) !== JSON.stringify(after);
}

describe('random histories', () => {
  it('hold what is rare in the news often enough to be tested', () => {
    const shares = {
      contestedQuantities: shareOfStates(({ contested }) => contested.some((one) => 'of' in one)),
      contestedRanges: shareOfStates(({ contested }) =>
        contested.some((one) => 'of' in one && one.alternatives.some(({ value }) => value === null)),
      ),
      contestedClaims: shareOfStates(({ contested }) => contested.some((one) => 'claim' in one)),
      wentBack: shareOfStates(({ anomalies }) => anomalies.some(({ code }) => code === 'phase-went-back')),
      withoutBase: shareOfStates(({ anomalies }) =>
        anomalies.some(({ code }) => code === 'delta-without-base'),
      ),
      verified: shareOfStates(({ verification }) => verification !== 'unverified'),
      closed: shareOfStates(({ open }) => !open),
      notesAlone: shareOfStates(({ lastDevelopment }) => lastDevelopment === null),
      late: shareOfHistories((history) => worldOf(history).some((entry) => isLate(entry, history))),
      undated: shareOfHistories((history) => history.some(({ bounds }) => bounds?.earliest === -Infinity)),
      redated: shareOfHistories((history) =>
        history.some(({ content, bounds }) => isDesk(content) && bounds !== null),
      ),
      sameMillisecond: shareOfHistories((history) =>
        history.some(({ recordedAt }, n) => recordedAt === history[n + 1]?.recordedAt),
      ),
      gone: shareOfHistories((history) =>
        mattersOf(history).some(
          (matter) => naiveState(history, kinds, matter, Infinity, history.length) === null,
        ),
      ),
      countAgain: shareOfHistories((history) => history.some((entry) => countsAgain(entry, history))),
      severalMatters: shareOfHistories((history) => mattersOf(history).length > 1),
    };
    expect(Object.entries(shares).filter(([, part]) => part < 0.02)).toEqual([]);
  });

  it('are ledgers: positions and versions without gaps, a clock that never steps back', () => {
    for (const history of samples) {
      const versions = new Map<string, number>();
      for (const [n, { position, recordedAt, version, content, bounds }] of history.entries()) {
        expect(position).toBe(n);
        expect(recordedAt).toBeGreaterThanOrEqual(history[n - 1]?.recordedAt ?? 0);
        expect(version).toBe((versions.get(content.matter) ?? 0) + 1);
        versions.set(content.matter, version);
        if (bounds !== null) expect(bounds.earliest).toBeLessThan(bounds.latest);
        if (!isDesk(content)) continue;
        const target = history.slice(0, n).find((one) => one.content.id === content.target)!;
        expect(target.content.matter).toBe(content.matter);
      }
    }
  });

  it('have the bounds that recording computes, corrections too', () => {
    for (const history of samples) {
      const current = new Map<string, WorldContent>();
      for (const { content, bounds, recordedAt } of history) {
        if (isWorld(content)) current.set(content.id, content);
        else if (isDesk(content) && content.replacement !== undefined) {
          const laid = { ...current.get(content.target), ...content.replacement };
          current.set(content.target, laid as WorldContent);
        }
        if (bounds === null) continue;
        const { occurred, timezone, reportedAt } = current.get(
          isDesk(content) ? content.target : content.id,
        )!;
        const reported = reportedAt && resolveInstantOrDate(reportedAt, timezone);
        expect(computeBounds(occurred, timezone, reported || recordedAt)).toEqual(bounds);
      }
    }
  });

  it('can be posted: nothing the ledger adds, and an embargo that stays on or over', () => {
    const owned = ['position', 'version', 'recordedAt', 'recordedBy', 'bounds', 'leafHash'];
    for (const history of samples) {
      for (const [n, body] of toPosts(history).entries()) {
        const { content, recordedAt } = history[n]!;
        expect(owned.filter((field) => field in body)).toEqual([]);
        expect('matter' in body).toBe(isWorld(content));
        expect(JSON.parse(JSON.stringify(body))).toEqual(body);
        if (!isWorld(content) || content.embargoedUntil === undefined) continue;
        const isOn = Date.parse(content.embargoedUntil) > recordedAt;
        expect(Date.parse(body.embargoedUntil as string) > Date.now()).toBe(isOn);
      }
    }
  });
});
