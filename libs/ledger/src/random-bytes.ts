import { randomFillSync } from 'node:crypto';

/** Bytes drawn from the operating system at once: a call for each salt costs more than hashing its entry. */
const drawn = 8_192;
let pool = Buffer.alloc(0);
let used = 0;

/**
 * Fresh bytes of the operating system's generator, never given out twice. `size` up to 8,192. Not an argument, as clocks
 * are: nothing follows from these bytes, and salts that somebody could choose would hide nothing.
 */
export function freshRandomBytes(size: number): Buffer {
  if (used + size > pool.length) {
    pool = randomFillSync(Buffer.allocUnsafeSlow(drawn));
    used = 0;
  }
  used += size;
  return pool.subarray(used - size, used);
}
