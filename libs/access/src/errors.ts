/** What is refused about keys, as facts; nobody here knows HTTP. */

/** There is no such key, or none that the asker may know of. */
export class UnknownKey extends Error {
  readonly code = 'unknown-key';
  constructor(readonly id: string) {
    super(`there is no key ${id}`);
  }
}

/** A key would have been for more timelines than the one that was to make it. */
export class KeyTooWide extends Error {
  readonly code = 'key-too-wide';
  readonly pointer = '/timelines';
  constructor(readonly own: string[]) {
    super(`this key is for ${own.join(', ')}; it can make keys for these alone`);
  }
}

/** A key that is revoked or expired has nothing to hand on. */
export class KeyEnded extends Error {
  readonly code = 'key-ended';
  constructor(readonly id: string) {
    super(`the key ${id} is revoked, replaced or expired: make a new one`);
  }
}
