import { randomUUID } from 'node:crypto';
import { builtInKinds } from '#libs/chronology';
import type { Log } from '#libs/database';
import { backgroundPace, BackgroundVerifier } from '#libs/verification';
import type { Resources } from './open-resources.js';

/** Begins to verify in the background. @returns how to end it */
export function startVerifying(
  { readers, hints, clock }: Resources,
  log: Log,
  pace = backgroundPace,
): () => Promise<void> {
  const verifier = new BackgroundVerifier(readers, builtInKinds, {
    ...pace,
    holder: randomUUID(),
    clock,
    log,
    hints,
  });
  verifier.start();
  return () => verifier.close();
}
