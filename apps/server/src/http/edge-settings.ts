import type { StreamLimits } from './open-streams.js';

/** What an operator may set of how the service meets the network. */
export interface EdgeSettings {
  streams: StreamLimits;
}

export const defaultEdge: EdgeSettings = {
  streams: { inAll: 5_000, perCaller: 1_000 },
};
