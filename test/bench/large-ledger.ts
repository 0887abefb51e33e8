/** Ledgers of a given size, recorded through the service as a client would, a thousand a request. */
import { record, sizeOf } from './recording.js';
import type { Service } from './service.js';

/** Six years, over which the developments of every ledger are spread, whatever its size. */
export const worldSpan = 6 * 365 * 86_400;

export interface LargeLedger {
  /** `/v1/timelines/<slug>`. */
  path: string;
  size: number;
  matters: number;
  /** How fast it was recorded, developments a second. */
  rate: number;
}

/**
 * A new timeline with `size` developments (a multiple of 1,000) about `matters` matters in turn, nine in ten in
 * order of the world's clock and one in ten up to twenty days late.
 */
export async function recordLargeLedger(
  service: Service,
  size: number,
  matters: number,
): Promise<LargeLedger> {
  const batch = 1000;
  const total = Math.ceil(size / batch) * batch;
  const path = await service.createTimeline(`ledger-of-${total}-${matters}`);
  process.stderr.write(`  recording ${total} developments about ${matters} matters\n`);
  const world = { from: 0, step: worldSpan / total, late: true };
  const { elapsed } = await record(service, { connections: 2, batch, matters, total, world }, path);
  return { path, size: await sizeOf(service, path), matters, rate: total / elapsed };
}

/** A new timeline with the developments of a newsroom (a multiple of 1,000), as realistic as they come. */
export async function recordNewsroom(service: Service, total: number, matters: number): Promise<LargeLedger> {
  const path = await service.createTimeline(`newsroom-of-${total}-${matters}`);
  process.stderr.write(`  recording ${total} realistic developments about ${matters} matters\n`);
  const newsroom = { total, matters, span: worldSpan };
  const { elapsed } = await record(service, { connections: 2, batch: 1000, total, newsroom }, path);
  return { path, size: await sizeOf(service, path), matters, rate: total / elapsed };
}
