import type { Problem } from '#libs/timelines';
import type { EdgeCode, ErrorCode } from './problem-catalogue.js';

/** Codes under which the edge refuses a request itself. */
type Code = Exclude<EdgeCode, 'internal' | 'not-ready'> | Extract<ErrorCode, 'malformed-json' | 'malformed'>;

export interface RefusalFacts {
  problems?: Problem[];
  /** Name of the request header at fault. */
  header?: string;
  /** How to show who one is (RFC 9110, section 11.6.1). */
  challenge?: string;
  /** Methods that the path does answer to. */
  allow?: string[];
  /** Seconds after which the same request may succeed, where that is known better than the catalogue knows it. */
  retryAfter?: number;
}

/** A request that was refused for its form alone, before a use case saw it. */
export class EdgeRefusal extends Error {
  constructor(
    readonly code: Code,
    readonly detail: string,
    readonly facts: RefusalFacts = {},
  ) {
    super(detail);
  }
}
