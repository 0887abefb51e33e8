/**
 * Who may do what: the one table. The gate decides by it, the OpenAPI document tells it, docs/ACCESS.md is made from
 * it. A route that has no row here keeps the service from starting.
 */
import { type Role, roles } from '#libs/access';
import type { Sight } from '#libs/timelines';

/** What a route asks of whoever calls it. */
export interface Rule {
  /**
   * `ignored`: nobody is asked. `optional`: the answer holds what the caller may know. `of-timeline`: a key for the
   * timeline in the path. `of-any`: a key for whatever timelines; the answer keeps to those. `of-all`: one for all
   * timelines there are and will be.
   */
  key: 'ignored' | 'optional' | 'of-timeline' | 'of-any' | 'of-all';
  roles: readonly Role[];
  /** Where the timeline is public, no key is needed, and that of another timeline is as good as none. */
  public?: true;
}

const open: Rule = { key: 'ignored', roles };
const listing: Rule = { key: 'optional', roles };
const reading: Rule = { key: 'of-timeline', roles, public: true };
const recording: Rule = { key: 'of-timeline', roles: ['recorder', 'admin'] };
/** What shows all of a record, withheld developments too. */
const auditing: Rule = { key: 'of-timeline', roles: ['auditor', 'admin'] };
/** Numbers of all timelines together. */
const watching: Rule = { key: 'of-all', roles: ['auditor', 'admin'] };
const founding: Rule = { key: 'of-all', roles: ['admin'] };
const keepingKeys: Rule = { key: 'of-any', roles: ['admin'] };
const readingTrail: Rule = { key: 'of-any', roles: ['auditor', 'admin'] };

/** By method and path template; HEAD goes by GET. */
export const accessTable: Record<string, Rule> = {
  'GET /': listing,
  'GET /health/live': open,
  'GET /health/ready': open,
  'GET /metrics': watching,
  'GET /openapi.json': open,
  'GET /v1/audit': readingTrail,
  'GET /v1/keys': keepingKeys,
  'POST /v1/keys': keepingKeys,
  'DELETE /v1/keys/:key': keepingKeys,
  'POST /v1/keys/:key/rotate': keepingKeys,
  'GET /v1/timelines': listing,
  'POST /v1/timelines': founding,
  'GET /v1/timelines/:timeline': reading,
  'GET /v1/timelines/:timeline/actors': reading,
  'GET /v1/timelines/:timeline/actors/:actor': reading,
  'GET /v1/timelines/:timeline/developments': reading,
  'POST /v1/timelines/:timeline/developments': recording,
  'GET /v1/timelines/:timeline/developments/:id': reading,
  'GET /v1/timelines/:timeline/developments/:id/impact': reading,
  'GET /v1/timelines/:timeline/diff': reading,
  'GET /v1/timelines/:timeline/log/checkpoint': reading,
  'GET /v1/timelines/:timeline/log/consistency': reading,
  'GET /v1/timelines/:timeline/log/key': reading,
  'GET /v1/timelines/:timeline/log/keys': reading,
  'GET /v1/timelines/:timeline/log/proof': reading,
  'GET /v1/timelines/:timeline/log/tile/*': reading,
  'GET /v1/timelines/:timeline/matters/:matter': reading,
  'GET /v1/timelines/:timeline/matters/:matter/history': reading,
  'GET /v1/timelines/:timeline/places': reading,
  'GET /v1/timelines/:timeline/places/:place': reading,
  'GET /v1/timelines/:timeline/replay': auditing,
  'GET /v1/timelines/:timeline/situation': reading,
  'GET /v1/timelines/:timeline/stream': reading,
};

/** What else of a development's type its recorder needs; all other types are for whoever may record. */
export const recordingTable: Record<string, readonly Role[]> = {
  'record.embargo-lifted': ['admin'],
  'record.redacted': ['admin'],
};

/** What each may see of what they may read. `public`: without a key, or with one of another timeline. */
export const sightTable: Record<Role | 'public', Sight> = {
  public: { withheld: false, newsroom: false, salts: false },
  reader: { withheld: false, newsroom: false, salts: false },
  recorder: { withheld: true, newsroom: true, salts: false },
  auditor: { withheld: true, newsroom: true, salts: true },
  admin: { withheld: true, newsroom: true, salts: true },
};

/** The rule of a route, by its method and path template. */
export function ruleOf(method: string, path: string): Rule | undefined {
  const route = `${method === 'HEAD' ? 'GET' : method} ${path}`;
  return Object.hasOwn(accessTable, route) ? accessTable[route] : undefined;
}
