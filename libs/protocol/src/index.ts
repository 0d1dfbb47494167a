export * from './live.js';
export * from './worker-wire.js';
export { WORKER_DESCRIPTOR } from './generated/worker-descriptor.js';
