export { testDatabase } from './test-database.js';
export { EventLog } from './event-log.js';
