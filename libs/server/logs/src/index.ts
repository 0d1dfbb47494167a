export { LogsModule } from './logs.module.js';
export { LogService, type IncomingLine } from './log.service.js';
export { LogFeed, type LogDrop, type WrittenLine } from './log-feed.js';
export { LOG_RETENTION_DAYS } from './log-partitions.service.js';
