import type { PoolClient } from 'pg';
import { isRegistryStream } from '#libs/chronology';
import { readPositions, type StoredEntry } from '#libs/ledger';
import { RedactionWouldRelease } from './errors.js';
import { readRecorded } from './payload.js';
import { type MatterToRefold, refoldMatter } from './refold-matter.js';
import { sumUp, withholdingOf } from './withholding.js';
import { decisionsAbout } from './withheld.js';

/** An entry whose content is destroyed, in a ledger that has `size` entries after that. */
export interface Destroyed extends Omit<MatterToRefold, 'matter'> {
  position: number;
}

/**
 * Puts right all that was derived of an entry whose content the client's transaction has destroyed: the matter's slots
 * and notes as though it had never counted, the log's terms, and whether something is withheld. Gives why it is refused,
 * if it is.
 */
export async function purgeDerived(
  client: PoolClient,
  { position, ...where }: Destroyed,
): Promise<RedactionWouldRelease | null> {
  const { timeline, size } = where;
  const [destroyed] = (await readPositions(client, timeline, [position])) as [StoredEntry];
  await purgeTerms(client, timeline, position);
  await client.query({
    name: 'purge-withheld',
    text: 'delete from withheld where timeline = $1 and position = $2',
    values: [timeline, position],
  });
  const target = await targetOf(client, timeline, position);
  if (target !== null && (await withholdAnew(client, timeline, target, size)) === 'released')
    return new RedactionWouldRelease();
  // Entries of the registry are folded into no matter.
  if (!isRegistryStream(destroyed.stream)) await refoldMatter(client, { ...where, matter: destroyed.stream });
  return null;
}

/** Whoever indexes the log at this moment has read the words: raised, the count makes its step miss. */
async function purgeTerms(client: PoolClient, timeline: string, position: number): Promise<void> {
  await client.query({
    name: 'purge-index',
    text: `insert into log_index (timeline, size, redactions) values ($1, 0, 1)
           on conflict on constraint log_index_pk do update set redactions = log_index.redactions + 1`,
    values: [timeline],
  });
  await client.query({
    name: 'purge-terms',
    text: 'delete from development where timeline = $1 and position = $2',
    values: [timeline, position],
  });
}

/** What a decision of the desk is about; null for any other entry. */
async function targetOf(client: PoolClient, timeline: string, position: number): Promise<number | null> {
  const { rows } = await client.query<{ target: number }>({
    name: 'target-of',
    text: 'select target from decision where timeline = $1 and position = $2',
    values: [timeline, position],
  });
  return rows[0]?.target ?? null;
}

/** A decision of the desk is gone: what the others say of its target, without it. */
async function withholdAnew(
  client: PoolClient,
  timeline: string,
  target: number,
  size: number,
): Promise<'released' | 'done'> {
  const positions = [target, ...(await decisionsAbout(client, timeline, target, size))];
  const left = (await readPositions(client, timeline, positions)).map(readRecorded);
  const said = left.map((recorded) => recorded && withholdingOf(recorded.content, recorded.recordedAt));
  const [now = null] = left[0] ? sumUp(said) : [];
  const { rows } = await client.query<{ withheld: boolean }>({
    name: 'forget-withheld',
    text: `delete from withheld where timeline = $1 and position = $2
           returning coalesce(held or embargoed, false) as withheld`,
    values: [timeline, target],
  });
  if (rows[0]?.withheld && !now?.held && !now?.embargoed) return 'released';
  if (now === null) return 'done';
  await client.query({
    name: 'withhold-anew',
    text: `insert into withheld (timeline, position, held, embargoed, until) values ($1, $2, $3, $4, $5)`,
    values: [timeline, target, now.held, now.embargoed, now.until],
  });
  return 'done';
}
