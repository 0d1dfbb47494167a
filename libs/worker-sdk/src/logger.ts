import type { JobLog } from './job-context.js';

/** Where the worker writes about itself: connected, lost, draining. Not the jobs' lines. */
export type WorkerLogger = JobLog;

/** One line per fact on stderr, warnings and errors marked. */
export const consoleLogger: WorkerLogger = {
  debug: () => undefined,
  info: (message, fields) => write('', message, fields),
  warn: (message, fields) => write('warning: ', message, fields),
  error: (message, fields) => write('error: ', message, fields),
};

function write(mark: string, message: string, fields: object | undefined): void {
  const rest = fields ? ` ${JSON.stringify(fields)}` : '';
  process.stderr.write(`heddle worker: ${mark}${message}${rest}\n`);
}
