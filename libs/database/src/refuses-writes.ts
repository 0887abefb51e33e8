import type { Pool } from 'pg';

/** Why the database answers questions alone: it is a standby, or a setting has it so; undefined where it takes writes. */
export async function refusesWrites(pool: Pool): Promise<'standby' | 'read-only' | undefined> {
  const { rows } = await pool.query<{ standby: boolean; readOnly: boolean }>({
    name: 'refuses-writes',
    text: `select pg_is_in_recovery() as standby, current_setting('transaction_read_only')::boolean as "readOnly"`,
  });
  const { standby, readOnly } = rows[0]!;
  if (standby) return 'standby';
  return readOnly ? 'read-only' : undefined;
}
