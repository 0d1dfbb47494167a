import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { WORKER_PROTOCOL_VERSION, type WireHello } from '@heddle/protocol';
import type { Executor } from './executor.js';
import { consoleLogger, type WorkerLogger } from './logger.js';

/** Version of the SDK, as shown on the Workers page. */
const SDK_NAME = 'heddle-typescript/0.1.0';
const SLOTS_MAX = 10_000;

/** What a worker offers, and how it reaches the server. */
export interface WorkerOptions {
  /** Worker group; the token must be for it. */
  group: string;
  executors: readonly Executor[];
  /** Tasks at a time, 1 to 10,000. Default 10. */
  slots?: number;
  /** For routing, e.g. `{ region: 'eu' }`. At most 64. */
  labels?: Record<string, string>;
  /** Shown to people. Default `host:pid`. */
  name?: string;
  /** `host:port` of the worker port, `tls://host:port` behind TLS. Default `HEDDLE_WORKER_ADDRESS`, else `localhost:8421`. */
  address?: string;
  /** Worker token. Default `HEDDLE_WORKER_TOKEN`. */
  token?: string;
  /** Where the worker tells about itself. Default: lines on stderr. */
  logger?: WorkerLogger;
  /** How long running tasks may go on after `stop()` or a signal, in milliseconds; then they are handed back. Default 30,000. */
  shutdownGraceMs?: number;
  /** Whether SIGTERM and SIGINT stop the worker and then end the process. Default true. */
  handleSignals?: boolean;
}

/** {@link WorkerOptions} with every default filled in. */
export interface ResolvedOptions extends Required<WorkerOptions> {
  processId: string;
}

/** @throws {TypeError} naming the option that is missing or out of range. */
export function resolveOptions(options: WorkerOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    slots: 10,
    labels: {},
    name: `${hostname()}:${process.pid}`,
    address: process.env.HEDDLE_WORKER_ADDRESS || 'localhost:8421',
    token: process.env.HEDDLE_WORKER_TOKEN ?? '',
    logger: consoleLogger,
    shutdownGraceMs: 30_000,
    handleSignals: true,
    ...withoutUndefined(options),
    processId: randomUUID(),
  };
  if (!resolved.group) throw new TypeError('worker() needs a group: the one its token is for.');
  if (resolved.executors.length === 0) throw new TypeError('worker() needs at least one executor.');
  const { slots } = resolved;
  if (!Number.isInteger(slots) || slots < 1 || slots > SLOTS_MAX)
    throw new TypeError(`slots is ${slots}; it must be a whole number from 1 to ${SLOTS_MAX}.`);
  return resolved;
}

function withoutUndefined(options: WorkerOptions): WorkerOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as WorkerOptions;
}

/** What the worker says first on every connection. */
export function helloOf(options: ResolvedOptions, running: WireHello['running']): WireHello {
  return {
    protocolVersion: WORKER_PROTOCOL_VERSION,
    group: options.group,
    name: options.name,
    processId: options.processId,
    executors: options.executors.map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema: inputSchema ? Buffer.from(JSON.stringify(inputSchema)) : Buffer.alloc(0),
    })),
    slots: options.slots,
    labels: options.labels,
    sdk: SDK_NAME,
    running,
  };
}
