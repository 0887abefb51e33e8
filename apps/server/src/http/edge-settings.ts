import type { StreamLimits } from './open-streams.js';

/** What an operator may set of how the service meets the network. */
export interface EdgeSettings {
  streams: StreamLimits;
}

/** What the edge is made of: the settings, and what was made at the first start. */
export interface Edge extends EdgeSettings {
  /** What list cursors are signed with. */
  cursorSecret: Buffer;
}

export const defaultEdge: EdgeSettings = {
  streams: { inAll: 5_000, perCaller: 1_000 },
};
