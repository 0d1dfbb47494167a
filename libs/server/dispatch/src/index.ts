export { DispatchModule } from './dispatch.module.js';
export { DispatchService, toOffer, type CommittedLease } from './dispatch.service.js';
export { LeaseService } from './lease.service.js';
export { HEARTBEAT_MS, LEASE_MS, PAYLOAD_BYTES_MAX } from './limits.js';
export type { TaskEvent, TaskInbox } from './task-inbox.js';
export { WorkerFeed, type WorkerWatcher } from './worker-feed.js';
export type { HeldTask, WorkerSession } from './worker-session.js';
export * from './worker-port.js';
