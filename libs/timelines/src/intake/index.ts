// Intake: from a value that was read from JSON to a draft of a development, or to what is wrong with it.
// It refuses to know the ledger: ids that are taken, targets and matters are judged by those who can see them.
export type { Problem } from './compile-validator.js';
export type { JsonSchema } from './constraints.js';
export type { DeskDraft, Draft, RegistryDraft, WorldDraft } from './drafts.js';
export * from './grammar.js';
export { developmentJsonSchemas } from './input-classes.js';
export { readDevelopment, type ReadDevelopment, type ReadOptions } from './read-development.js';
