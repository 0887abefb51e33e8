/**
 * What a matter can be, as data. A new kind is one row: its panel, its phases in order of rank
 * (alternatives share one, written `a|b`), which of its quantities are summed in a panel's totals, and the
 * PLOVER event category nearest to it (Halterman et al. 2023; null where there is none).
 */
export interface Phase {
  phase: string;
  rank: number;
  closed: boolean;
}

export interface Kind {
  kind: string;
  panel: string;
  phases: Phase[];
  /** Names (`of`) of the quantities that add up over matters. */
  summed: string[];
  plover: string | null;
}

/** Kinds by name, in a stable order. */
export type KindTable = ReadonlyMap<string, Kind>;

const closedPhases = new Set(
  (
    'withdrawn stooddown paid revoked lifted forfeited returned adopted rejected executed rescinded ' +
    'convicted acquitted dropped abandoned refuted ended concluded closed left cancelled'
  ).split(' '),
);

/** Whether a phase is closed wherever it stands, unless its kind says otherwise. */
export function closedByName(phase: string): boolean {
  return closedPhases.has(phase);
}

const forces = ['troops', 'warships', 'aircraft', 'drones', 'people'];

const rows: [kind: string, phases: string, panel: string, plover: string | null, summed?: string[]][] = [
  ['deployment', 'announced underway reinforced|reduced withdrawn', 'forces', 'MOBILIZE', forces],
  ['mobilisation', 'called joined stooddown', 'forces', 'MOBILIZE', forces],
  ['reward', 'offered changed paid|withdrawn', 'rewards', 'COERCE'],
  ['designation', 'made inforce amended revoked', 'designations', 'SANCTION'],
  ['sanction', 'imposed inforce eased lifted', 'sanctions', 'SANCTION'],
  [
    'seizure',
    'made forfeited|returned',
    'seizures',
    'COERCE',
    ['plane', 'aircraft', 'ship', 'vehicle', 'property'],
  ],
  ['petition', 'filed considered adopted|rejected|withdrawn', 'petitions', 'REQUEST'],
  ['directive', 'issued pending executed|rescinded', 'directives', 'MOBILIZE'],
  ['accusation', 'made denied charged convicted|acquitted|dropped', 'accusations', 'ACCUSE'],
  ['proceeding', 'opened ruled appealed closed', 'accusations', 'ACCUSE'],
  ['position', 'stated changed abandoned', 'positions', null],
  ['claim', 'made corroborated|refuted', 'contested claims', null],
  ['election', 'called held certified|disputed', 'institutions', null],
  ['office', 'claimed|assumed left', 'institutions', null],
  ['negotiation', 'opened held suspended concluded', 'agreements', 'CONSULT'],
  ['agreement', 'proposed signed inforce ended', 'agreements', 'AGREE'],
  ['incident', 'occurred updated closed', 'incidents', 'ASSAULT'],
  ['gathering', 'scheduled held|cancelled', 'agenda', 'CONSULT'],
  ['media', 'published', 'evidence', null],
];

/** The phases of a chain such as `offered changed paid|withdrawn`. */
function phasesOf(chain: string): Phase[] {
  return chain
    .split(' ')
    .flatMap((step, rank) => step.split('|').map((phase) => ({ phase, rank, closed: closedByName(phase) })));
}

export const builtInKinds: KindTable = new Map(
  rows.map(([kind, chain, panel, plover, summed = []]) => [
    kind,
    { kind, panel, phases: phasesOf(chain), summed, plover },
  ]),
);

/** `reward.changed` → `['reward', 'changed']`. */
export function splitType(type: string): [kind: string, phase: string] {
  const dot = type.indexOf('.');
  return [type.slice(0, dot), type.slice(dot + 1)];
}

/** The row of a phase, or undefined when the kind has no such phase. */
export function phaseOf(kind: Kind, phase: string): Phase | undefined {
  return kind.phases.find((row) => row.phase === phase);
}

/** The known name nearest to `name` by edit distance (Levenshtein), for "did you mean". */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, substituted));
    }
    previous = row;
  }
  return previous[b.length]!;
}
