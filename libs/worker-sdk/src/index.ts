export { executor } from './executor.js';
export type { Executor, ExecutorOptions, RunJob } from './executor.js';
export { worker, Worker } from './worker.js';
export type { WorkerOptions } from './worker-options.js';
export type { JobContext, JobLog } from './job-context.js';
export type { WorkerLogger } from './logger.js';
export { JobError, NonRetryableError, TaskAbortedError, WorkerRejectedError } from './errors.js';
export type { JobErrorOptions } from './errors.js';
