export { testDatabase } from './test-database.js';
export { EventLog } from './event-log.js';
export { TestDoor, aTask, type DoorEvent } from './test-door.js';
