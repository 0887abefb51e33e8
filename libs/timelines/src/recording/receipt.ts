import { formatInstant } from '#libs/chronology';
import type { Appended } from '#libs/ledger';
import type { WrittenBounds } from '#libs/situations';

/** What a recorder gets back. */
export interface Receipt {
  id: string;
  position: number;
  version: number;
  recordedAt: string;
  /** Standard base64. */
  leafHash: string;
  bounds: WrittenBounds | null;
  /** True where the same id with the same content stood in the ledger already: this is its first receipt. */
  duplicate: boolean;
}

export function receiptOf({
  id,
  position,
  version,
  recordedAt,
  leafHash,
  payload,
  duplicate,
}: Appended): Receipt {
  return {
    id,
    position,
    version,
    recordedAt: formatInstant(recordedAt),
    leafHash: leafHash.toString('base64'),
    bounds: (payload as { bounds?: WrittenBounds }).bounds ?? null,
    duplicate,
  };
}
