/** What intake makes of a development: its content, but for what only the ledger can add. */
import type { DeskContent, RegistryContent, WorldContent } from '#libs/chronology';

/** The id is absent where the client left it to the service. */
type Unnamed<C extends { id: string }> = Omit<C, 'id'> & { id?: string };

export type WorldDraft = Unnamed<WorldContent>;
/** Its matter is its target's, which the ledger knows. */
export type DeskDraft = Omit<Unnamed<DeskContent>, 'matter'>;
export type RegistryDraft = Unnamed<RegistryContent>;
export type Draft = WorldDraft | DeskDraft | RegistryDraft;
