import type { Receipt } from '../recording/receipt.js';

/** What became of some lines: receipts in the order of the lines, and in the last step why it ended early. */
export interface ImportStep {
  receipts: Receipt[];
  /** The first line without a receipt, and what spoke against it. Nothing behind it was recorded. */
  ended?: { line: number; error: unknown };
}
