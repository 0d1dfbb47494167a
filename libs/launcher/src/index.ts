export { ensureDatabase } from './ensure-database.js';
export type { Database, DatabaseKind, EnsureDatabaseOptions } from './ensure-database.js';
export { LauncherError } from './launcher-error.js';
