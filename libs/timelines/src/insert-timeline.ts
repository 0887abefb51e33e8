import type { PoolClient } from 'pg';
import { openLedger } from '#libs/ledger';
import { TimelineExists } from './errors.js';
import type { Timeline } from './timeline-directory.js';

/** Opens a timeline with an empty ledger, in a transaction; `createdAt` is in ms. @throws TimelineExists */
export async function insertTimeline(
  client: PoolClient,
  { slug, title, timezone, visibility }: Timeline,
  createdAt: number,
): Promise<void> {
  const { rowCount } = await client.query({
    name: 'insert-timeline',
    text: `insert into timeline (slug, title, timezone, visibility, created_at) values ($1, $2, $3, $4, $5)
           on conflict on constraint timeline_pk do nothing`,
    values: [slug, title, timezone, visibility, createdAt],
  });
  if (rowCount === 0) throw new TimelineExists(slug);
  await openLedger(client, slug);
}
