import {
  Server,
  ServerCredentials,
  loadPackageDefinition,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import {
  Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap,
} from '@nestjs/common'; // prettier-ignore
import { HeddleError, messageOf } from '@heddle/kernel';
import { WORKER_DESCRIPTOR, WORKER_LOADER_OPTIONS, WORKER_SERVICE_NAME } from '@heddle/protocol';
import { WORKER_TOKENS, type WorkerTokens } from '@heddle/server-access';
import { WORKER_DOOR, type WorkerDoor } from '@heddle/server-dispatch';
import { NATIVE_GATEWAY_OPTIONS, type NativeGatewayOptions } from './native-gateway.options.js';
import type { WorkerStream } from './outbox.js';
import { NativeSession } from './native-session.js';

/** Connected workers of one server; more wait for another server. */
const SESSION_COUNT_MAX = 5_000;
/** Longest wait for streams to end when the server stops. */
const STOP_MS_MAX = 5_000;
/** Largest message of a worker: a batch of results, each bounded by the payload limit. */
const MESSAGE_BYTES_MAX = 32_000_000;
/** A peer that is gone without a word is noticed after these two. */
const KEEPALIVE_MS = 20_000;
const KEEPALIVE_TIMEOUT_MS = 10_000;

/** Serves the native worker protocol (`libs/protocol/proto/worker.proto`) on its own port. */
@Injectable()
export class NativeGateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('NativeGateway');
  private readonly sessions = new Set<NativeSession>();
  private server: Server | null = null;

  constructor(
    @Inject(NATIVE_GATEWAY_OPTIONS) private readonly options: NativeGatewayOptions,
    @Inject(WORKER_DOOR) private readonly door: WorkerDoor,
    @Inject(WORKER_TOKENS) private readonly tokens: WorkerTokens,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.listen();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /**
   * Opens the port. Nest calls it when the application is up.
   * @returns the port, for `port: 0`.
   * @throws {HeddleError} `UNAVAILABLE` when the port is taken or may not be used.
   */
  async listen(): Promise<number> {
    const server = new Server({
      'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
      'grpc.max_send_message_length': -1,
      'grpc.keepalive_time_ms': KEEPALIVE_MS,
      'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
    });
    server.addService(workerService(), { Connect: (stream: WorkerStream) => this.accept(stream) });
    const { host, port } = this.options;
    const bound = await new Promise<number>((resolve, reject) => {
      const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      server.bindAsync(address, ServerCredentials.createInsecure(), (error, actual) => {
        if (error) reject(cannotListen(address, port, error));
        else resolve(actual);
      });
    });
    this.server = server;
    this.log.log(`Workers connect to port ${bound}.`);
    return bound;
  }

  /** Ends every stream, so that workers connect elsewhere, and closes the port. */
  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = null;
    for (const session of this.sessions) session.close('The server is stopping; connect again.');
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => server.forceShutdown(), STOP_MS_MAX);
      server.tryShutdown(() => {
        clearTimeout(force);
        resolve();
      });
    });
  }

  private accept(stream: WorkerStream): void {
    const { door, tokens } = this;
    const onFault = (error: unknown) =>
      this.log.error(`A worker's message failed: ${messageOf(error)}`);
    const session = new NativeSession(stream, { door, tokens, onFault });
    if (this.sessions.size >= SESSION_COUNT_MAX)
      return session.close(
        `This server already has ${SESSION_COUNT_MAX} workers; connect to another one.`,
      );
    this.sessions.add(session);
    stream.once('close', () => this.sessions.delete(session));
    stream.once('cancelled', () => this.sessions.delete(session));
    void session.begin();
  }
}

function workerService(): ServiceDefinition {
  const descriptor = WORKER_DESCRIPTOR as Parameters<typeof fromJSON>[0];
  const definition = fromJSON(descriptor, WORKER_LOADER_OPTIONS);
  const root = loadPackageDefinition(definition) as Record<string, unknown>;
  const found = WORKER_SERVICE_NAME.split('.').reduce<unknown>(
    (at, name) => (at as Record<string, unknown>)[name],
    root,
  );
  return (found as { service: ServiceDefinition }).service;
}

function cannotListen(address: string, port: number, error: Error): HeddleError {
  const reason = /EADDRINUSE/.test(error.message)
    ? `port ${port} is taken; choose another one with WORKER_PORT`
    : error.message;
  return new HeddleError(
    'UNAVAILABLE',
    `The worker gateway cannot listen on ${address}: ${reason}.`,
    {},
    { cause: error },
  );
}
