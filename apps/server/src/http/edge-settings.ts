import type { StreamLimits } from './open-streams.js';
import type { Rate } from './rate-limit.js';

/** What an operator may set of how the service meets the network. */
export interface EdgeSettings {
  streams: StreamLimits;
  /** Undefined for no limit. */
  rate: Rate | undefined;
  /** Connections that may be open at a time. */
  connections: number;
  /** Origins whose pages may read answers; none by default. */
  corsOrigins: string[];
  /**
   * Whose X-Forwarded-* headers are believed: that of so many proxies before the service, or of those at these
   * addresses. Undefined for nobody's.
   */
  trustedProxies: number | string[] | undefined;
}

/** What the edge is made of: the settings, and what was made at the first start. */
export interface Edge extends EdgeSettings {
  /** What list cursors are signed with. */
  cursorSecret: Buffer;
}

export const defaultEdge: EdgeSettings = {
  streams: { inAll: 5_000, perCaller: 1_000 },
  rate: undefined,
  connections: 10_000,
  corsOrigins: [],
  trustedProxies: undefined,
};
