import { formatInstant } from '#libs/chronology';

/** A timeline as it is served. */
export interface TimelineView {
  slug: string;
  title: string;
  timezone: string;
  visibility: string;
  createdAt: string;
  /** The number of developments in its ledger. */
  size: number;
  /** When the last of them was recorded; null for none. */
  recordedAt: string | null;
}

export interface TimelineRow {
  slug: string;
  title: string;
  timezone: string;
  visibility: string;
  createdAt: number;
  size: number;
  recordedAt: number;
}

/** Columns of a TimelineRow, over timeline `t` and ledger_head `h`. */
export const timelineColumns = `t.slug, t.title, t.timezone, t.visibility, t.created_at as "createdAt",
  h.size, h.recorded_at as "recordedAt"`;

export function timelineView(row: TimelineRow): TimelineView {
  return {
    slug: row.slug,
    title: row.title,
    timezone: row.timezone,
    visibility: row.visibility,
    createdAt: formatInstant(row.createdAt),
    size: row.size,
    recordedAt: row.size === 0 ? null : formatInstant(row.recordedAt),
  };
}
