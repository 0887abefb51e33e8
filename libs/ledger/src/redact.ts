import type { PoolClient } from 'pg';
import type { Database } from '#libs/database';

/**
 * Destroys payload and salt of the entry that the redaction at `position` names: the database looks into the ledger
 * whether it does. Gives the destroyed entry's position; null where there is nothing to destroy.
 */
export async function redact(client: PoolClient, timeline: string, position: number): Promise<number | null> {
  const { rows } = await client.query<{ destroyed: number | null }>({
    name: 'redact',
    text: 'select ledger_redact($1, $2) as destroyed',
    values: [timeline, position],
  });
  return rows[0]!.destroyed;
}

/** Of those positions whose content is destroyed, the position of the redaction that did it. */
export async function readRedactions(
  db: Database,
  timeline: string,
  positions: number[],
): Promise<Map<number, number>> {
  const { rows } = await db.query<{ position: number; by: number }>({
    name: 'read-redactions',
    text: 'select position, by from ledger_redaction where timeline = $1 and position = any ($2::int8[])',
    values: [timeline, positions],
  });
  return new Map(rows.map(({ position, by }) => [position, by]));
}
