/** Recording through the service's HTTP interface, and the proof that what was acknowledged is there. */
import type { LoadPlan, LoadResult } from './http-load-plan.js';
import { httpLoad } from './http-load.js';
import type { Service } from './service.js';

let runs = 0;

/**
 * Drives developments into one timeline (a new one unless `timeline`, its path, is given) and holds the
 * ledger's growth against the receipts: a rate of developments that were not kept is no rate. What follows the
 * appends is waited for, or it would be done in the next contender's turn.
 */
export async function record(
  service: Service,
  plan: { connections: number } & Partial<LoadPlan>,
  timeline?: string,
): Promise<LoadResult> {
  const run = `run-${++runs}`;
  const where = timeline ?? (await service.createTimeline(run));
  const before = await sizeOf(service, where);
  const { port, authorization } = service;
  const result = await httpLoad({ port, authorization, path: `${where}/developments`, run, ...plan });
  const grown = (await sizeOf(service, where)) - before;
  if (grown !== result.created)
    throw new Error(`${result.created} receipts, but the ledger grew by ${grown}`);
  await service.settled();
  return result;
}

/** Entries in the ledger of the timeline at `path`. */
export async function sizeOf(service: Service, path: string): Promise<number> {
  return (await service.get<{ size: number }>(path)).size;
}
