import type { Pool } from 'pg';
import type { GateAction } from './gate-event.js';
import type { Scope } from './role.js';

export interface GateEventRow {
  id: string;
  at: number;
  action: GateAction;
  keyId: string | null;
  role: string | null;
  route: string | null;
  timeline: string | null;
  address: string | null;
  detail: Record<string, unknown>;
  times: number;
  lastAt: number;
}

export interface GateEventFilter {
  /** Events of these timelines alone; null for all, those of no timeline too. */
  scope: Scope;
  timeline?: string | undefined;
  action?: string | undefined;
  keyId?: string | undefined;
  /** Not before this instant, and before that one, in ms. */
  from?: number | undefined;
  to?: number | undefined;
  /** Those that happened before this one. */
  before?: { at: number; id: string } | undefined;
  limit: number;
}

/** What the gate saw, the latest first. */
export async function readGateEvents(pool: Pool, filter: GateEventFilter): Promise<GateEventRow[]> {
  const { scope, timeline, action, keyId, from, to, before, limit } = filter;
  const { rows } = await pool.query<GateEventRow>({
    name: 'read-gate-events',
    text: `select id, at, action, key_id as "keyId", role, route, timeline, address, detail, times,
             last_at as "lastAt"
           from gate_event
           where ($1::text[] is null or timeline = any($1))
             and ($2::text is null or timeline = $2)
             and ($3::text is null or action = $3)
             and ($4::text is null or key_id = $4)
             and ($5::int8 is null or at >= $5)
             and ($6::int8 is null or at < $6)
             and ($7::int8 is null or (at, id) < ($7, $8::uuid))
           order by at desc, id desc limit $9`,
    values: [...[scope && [...scope], timeline, action, keyId, from, to], ...[before?.at, before?.id, limit]],
  });
  return rows;
}
