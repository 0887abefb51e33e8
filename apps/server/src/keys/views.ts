import type { GateEventRow, KeyRecord } from '#libs/access';
import { formatInstant } from '#libs/chronology';

const instantOrNull = (at: number | null) => (at === null ? null : formatInstant(at));

/** A key as it is served: never the key itself. */
export function keyView(record: KeyRecord): object {
  const { id, role, timelines, label, createdAt, createdBy, expiresAt, revokedAt, replacedBy } = record;
  return {
    id,
    role,
    timelines: timelines ?? 'all',
    label,
    createdAt: formatInstant(createdAt),
    createdBy,
    expiresAt: instantOrNull(expiresAt),
    revokedAt: instantOrNull(revokedAt),
    replacedBy,
    lastUsedAt: instantOrNull(record.lastUsedAt),
  };
}

/** What the gate saw, as it is served. */
export function gateEventView({ id, at, action, keyId, role, lastAt, ...rest }: GateEventRow): object {
  const { route, timeline, address, times, detail } = rest;
  return {
    id,
    at: formatInstant(at),
    action,
    key: keyId,
    role,
    route,
    timeline,
    address,
    times,
    lastAt: formatInstant(lastAt),
    detail,
  };
}
