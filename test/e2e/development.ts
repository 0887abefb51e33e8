/** A small, well-formed development, for tests that care about one field of it. */
export function development(fields: object = {}): Record<string, unknown> {
  return {
    type: 'reward.offered',
    matter: 'us-reward-maduro',
    title: 'Reward of 15 million dollars offered',
    occurred: '2020-03-26',
    actors: ['us-government'],
    quantities: [{ of: 'reward', value: 15_000_000, unit: 'USD' }],
    attribution: { by: 'us-state-department', record: 'on-record' },
    ...fields,
  };
}

export const timeline = {
  slug: 'story',
  title: 'A story',
  timezone: 'America/New_York',
  visibility: 'public',
};
