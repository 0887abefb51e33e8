/** What the load's process is told and what it tells back; both cross a process boundary as JSON. */

import type { Newsroom } from './realistic-development.js';
import type { World } from './sample-development.js';

export interface LoadPlan {
  port: number;
  path: string;
  /** The value of the header; none for a server that asks for none. */
  authorization: string | null;
  connections: number;
  /** Developments a request; 1 sends an object, more an array. */
  batch: number;
  /** How many matters the developments go round; 0 gives every request a new matter. */
  matters: number;
  /** Marks this run's ids and matters. */
  run: string;
  /** When in the world its developments happen. */
  world: World;
  /** Realistic developments instead, about the newsroom's matters. */
  newsroom: Newsroom | null;
  /** The number of the first development. */
  first: number;
  /** The run ends after `total` developments, or else after `warmup` + `seconds`. */
  seconds: number;
  warmup: number;
  total: number | null;
  /** The status that counts. */
  expect: number;
}

export interface LoadResult {
  /** Developments in requests that answered `expect`, warm-up included: what must be in the ledger. */
  created: number;
  /** Of these, within the measured window, and its length in seconds. */
  counted: number;
  elapsed: number;
  /** Answers by status. */
  statuses: Record<string, number>;
  /** The first answer that was not expected, for the error message. */
  firstUnexpected: string | null;
  /** Of a request in the window, milliseconds. */
  p50: number;
  p99: number;
  /** Of the load's own process, seconds over the whole run: what the driver costs. */
  cpu: number;
}
