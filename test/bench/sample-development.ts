/** The developments that are recorded in benchmarks: about 600 bytes each, as a wire desk would send them. */

/** 2019-01-01T00:00:00Z, in seconds: where the benchmark's world begins. */
const worldBeginsAt = 1_546_300_800;

export interface SampleDevelopment {
  id: string;
  type: string;
  matter: string;
  occurred: string;
  [field: string]: unknown;
}

/** When a run's developments happen, in seconds from the beginning of the benchmark's world. */
export interface World {
  from: number;
  /** Between one development and the next. */
  step: number;
  /** Whether each tenth is reported late, by up to twenty days; otherwise all come in order. */
  late: boolean;
}

export const worldBegins = new Date(worldBeginsAt * 1000);

/** The second in which development `n` happens, whole and from 0. */
export function secondOf(n: number, { from, step, late }: World): number {
  const lag = late && n % 10 === 7 ? ((n * 7919) % 20_000) * 86.4 : 0;
  return Math.max(0, Math.floor(from + n * step - lag));
}

/**
 * The development number `n` of the run called `run` (ids are unique in it). `second` places it in the world,
 * counted from 2019; developments whose seconds rise are in order.
 */
export function sampleDevelopment(run: string, n: number, matter: string, second: number): SampleDevelopment {
  const occurred = new Date((worldBeginsAt + second) * 1000).toISOString().replace('.000', '');
  return {
    id: `${run}-${n}`,
    type: n % 3 === 0 ? 'deployment.reduced' : 'deployment.reinforced',
    matter,
    title: 'Destroyers join the group off the northern coast, officials say',
    occurred,
    timezone: 'America/New_York',
    actors: ['us-navy'],
    places: [{ ref: 'caribbean-sea', precision: 'region' }],
    quantities: [{ of: 'warships', unit: 'ship', value: 3 + (n % 9) }],
    attribution: { by: 'us-defense-official', via: 'wire-agency', record: 'on-record' },
    sources: [{ publisher: 'Wire Agency', url: `https://wire.example/${n}`, publishedAt: occurred }],
    text: 'Three guided-missile destroyers were ordered to the region as part of the effort, two people briefed on the plan said.',
  };
}
