// The database as a place: an embedded Postgres or a server's address, its roles, its migrations, and a pool
// whose every wait has an end. It refuses to know what is stored: no timeline, no development, no query of theirs.
export { Channel } from './channel.js';
export { isDatabaseAway, isDatabaseFull, isPoolExhausted } from './database-away.js';
export { databaseClock } from './database-clock.js';
export { DatabaseUnusable } from './database-unusable.js';
export { describeSchema } from './describe-schema.js';
export { startEmbeddedPostgres } from './embedded-postgres.js';
export { hasRoom } from './has-room.js';
export { asOfOneMoment, inTransaction } from './in-transaction.js';
export { silentLog } from './log.js';
export type { Log } from './log.js';
export { migrate } from './migrate.js';
export { openDatabase } from './open-database.js';
export type { OpenDatabase } from './open-database.js';
export { connectionSettings, createPool } from './pool.js';
export type { Database, PoolSettings } from './pool.js';
export { refusesWrites } from './refuses-writes.js';
export { scrub } from './scrub.js';
export { checkServerVersion } from './server-version.js';
export { assumeServiceRole, ownerRole, redactorRole, serviceRole } from './service-role.js';
export { withStartupOption } from './startup-option.js';
