import type { Companion } from '#libs/ledger';

/** For a ledger with nothing derived. */
export const noCompanion: Companion<object, null> = {
  open: () => ({
    load: () => Promise.resolve(),
    record: ({ content }, { version }) => ({ payload: { ...content, version }, rows: null }),
    contentOf: ({ version: _version, ...content }: { version?: number }) => content,
    write: () => [],
    absorb: () => true,
    purge: () => Promise.resolve(null),
    written: () => undefined,
    rest: () => undefined,
    release: () => undefined,
    forget: () => undefined,
  }),
};
