import { type Companion, noPart } from '#libs/ledger';

/** For a ledger with nothing derived. */
export const noCompanion: Companion<object, null> = {
  open: () => ({
    load: () => Promise.resolve(),
    record: ({ content }, { version }) => ({ payload: { ...content, version }, rows: null }),
    contentOf: ({ version: _version, ...content }: { version?: number }) => content,
    write: () => noPart,
    absorb: () => true,
    purge: () => Promise.resolve(null),
    rest: () => undefined,
    release: () => undefined,
    forget: () => undefined,
  }),
};
