export { testDatabase } from './test-database.js';
