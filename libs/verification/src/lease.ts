import type { Pool } from 'pg';

/**
 * Takes or prolongs the right to verify in the background. A row and not an advisory lock: it outlives a connection
 * that a pooler shares, and whoever died gives it up by time. The database's clock decides, being one for all.
 * @returns whether `holder` has it for the next `ms`
 */
export async function takeLease(db: Pool, holder: string, ms: number): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'take-verification-lease',
    text: `
      insert into verification_lease (name, holder, until)
      values ('background', $1, clock_timestamp() + $2 * interval '1 millisecond')
      on conflict on constraint verification_lease_pk do update
      set holder = excluded.holder, until = excluded.until
      where verification_lease.holder = $1 or verification_lease.until < clock_timestamp()`,
    values: [holder, ms],
  });
  return rowCount === 1;
}

/** Lets another process have it at once. */
export async function giveUpLease(db: Pool, holder: string): Promise<void> {
  await db.query({
    name: 'give-up-verification-lease',
    text: 'delete from verification_lease where holder = $1',
    values: [holder],
  });
}
