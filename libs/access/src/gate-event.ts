import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '#libs/database';

/** What the gate keeps of what passed it, or did not. Never a key, and nothing of a body. */
export interface GateEvent {
  action: GateAction;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  at: number;
  /** The id of the key that was used; null for none, or for the command line. */
  keyId: string | null;
  role?: string | null;
  /** Method and path template; null where it did not come over HTTP. */
  route?: string | null;
  timeline?: string | null;
  /** Where the call came from. */
  address?: string | null;
  /** Facts of this action, such as the id of the key that was made. */
  detail?: Record<string, unknown>;
}

export const gateActions = [
  'unauthenticated',
  'call-denied',
  'key-created',
  'key-rotated',
  'key-revoked',
  'redaction',
  'embargo-lifted',
  'export',
  'import',
] as const;

export type GateAction = (typeof gateActions)[number];

/**
 * Writes one event at once; with a client, in its transaction. One that may have been written already, by whoever was
 * cut off before they could tell, is given a name: of its instant and its name there is one event, the first.
 */
export async function recordGateEvent(db: Database, event: GateEvent, name?: string): Promise<void> {
  const named = name === undefined ? undefined : { msecs: event.at, random: sha256(name) };
  await writeGateEvents(db, [{ ...event, id: uuidv7(named), times: 1, lastAt: event.at }]);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** An event with its place among the others, and how often it happened within its minute. */
export interface CountedEvent extends GateEvent {
  /** UUIDv7, by the generator's own clock: those of one instant stand in the order in which they were made. */
  id: string;
  times: number;
  lastAt: number;
}

/** Writes events, or raises the count of those that are there. */
export async function writeGateEvents(db: Database, events: CountedEvent[]): Promise<void> {
  await db.query({
    name: 'write-gate-events',
    text: `insert into gate_event (id, at, action, key_id, role, route, timeline, address, detail, times, last_at)
           select id, at, action, key_id, role, route, timeline, address, detail, times, last_at
           from jsonb_to_recordset($1) as e (id uuid, at int8, action text, key_id text, role text, route text,
             timeline text, address text, detail jsonb, times int4, last_at int8)
           on conflict on constraint gate_event_pk
             do update set times = excluded.times, last_at = excluded.last_at`,
    values: [JSON.stringify(events.map(rowOf))],
  });
}

function rowOf(event: CountedEvent): object {
  const { id, at, action, role = null, route = null, timeline = null, address = null, detail = {} } = event;
  const { keyId, times, lastAt } = event;
  return {
    id,
    at,
    action,
    key_id: keyId,
    role,
    route,
    timeline,
    address,
    detail,
    times,
    last_at: lastAt,
  };
}
