import {
  Client,
  Metadata,
  credentials,
  status,
  type ClientDuplexStream,
  type ServiceError,
} from '@grpc/grpc-js';
import { fromJSON, type MessageTypeDefinition } from '@grpc/proto-loader';
import {
  WORKER_CONNECT_PATH, WORKER_DESCRIPTOR, WORKER_LOADER_OPTIONS, WORKER_SERVICE_NAME,
  type ServerMessage, type WireHello, type WireWelcome, type WorkerMessage,
} from '@heddle/protocol'; // prettier-ignore
import { WorkerRejectedError } from './errors.js';

/** First delay before connecting again; doubled each time, and drawn at random below that. */
const BACKOFF_MS_FIRST = 200;
const BACKOFF_MS_MAX = 10_000;
/** An attempt without a welcome is given up after this long. */
const WELCOME_MS_MAX = 15_000;
/** A server that is gone without a word is noticed after these two. */
const KEEPALIVE_MS = 10_000;
const KEEPALIVE_TIMEOUT_MS = 5_000;
/** Longest wait for the server to close its side. */
const CLOSE_MS_MAX = 2_000;
/** Largest message of the server: one task's input may be as large as the payload limit, which the server sets. */
const MESSAGE_BYTES_MAX = 64_000_000;

/** Refusals that connecting again does not mend. */
const FATAL: ReadonlySet<number> = new Set([
  status.UNAUTHENTICATED,
  status.PERMISSION_DENIED,
  status.FAILED_PRECONDITION,
  status.INVALID_ARGUMENT,
  status.UNIMPLEMENTED,
]);

type Stream = ClientDuplexStream<WorkerMessage, ServerMessage>;

/** What the owner of a link is told. */
export interface LinkEvents {
  /** What to say first, on every connection. */
  hello(): WireHello;
  welcomed(welcome: WireWelcome): void;
  received(message: Exclude<ServerMessage, { kind: 'welcome' }>): void;
  /** The stream takes messages again. */
  writable(): void;
  /** The connection is down, and another one will be tried; told once until the next welcome. */
  down(reason: string): void;
  /** The server does not want this worker; no other connection will be tried. */
  rejected(error: WorkerRejectedError): void;
}

/** The connection to a server, renewed for ever until it is closed or rejected. */
export class ServerLink {
  private client: Client | null = null;
  private stream: Stream | null = null;
  private hasWelcome = false;
  private isClosed = false;
  private isDownTold = false;
  private failureCount = 0;
  private retryTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly address: string,
    private readonly token: string,
    private readonly events: LinkEvents,
  ) {}

  /** True when a message may be sent now. */
  get isWritable(): boolean {
    return this.hasWelcome && this.stream !== null && !this.stream.writableNeedDrain;
  }

  /** Begins to connect. */
  open(): void {
    this.retryTimer = null;
    const { host, isSecure } = parseAddress(this.address);
    const client = new Client(
      host,
      isSecure ? credentials.createSsl() : credentials.createInsecure(),
      {
        'grpc.keepalive_time_ms': KEEPALIVE_MS,
        'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
        'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
        'grpc.max_send_message_length': -1,
        // Each connection is its own: a dead one must not be handed out again.
        'grpc.use_local_subchannel_pool': 1,
        'grpc.enable_retries': 0,
      },
    );
    const metadata = new Metadata();
    if (this.token) metadata.set('authorization', `Bearer ${this.token}`);
    const { serialize, deserialize } = METHOD;
    const stream: Stream = client.makeBidiStreamRequest(
      WORKER_CONNECT_PATH,
      serialize,
      deserialize,
      metadata,
    );
    this.client = client;
    this.stream = stream;
    const timer = setTimeout(() => stream.cancel(), WELCOME_MS_MAX);
    stream.on('data', (message: ServerMessage) => {
      if (message.kind === 'welcome') clearTimeout(timer);
      this.receive(stream, message);
    });
    stream.on('drain', () => this.events.writable());
    stream.on('error', (error: ServiceError) => {
      clearTimeout(timer);
      this.lost(stream, error);
    });
    stream.on('end', () => {
      clearTimeout(timer);
      this.lost(stream, null);
    });
    stream.write({ kind: 'hello', hello: this.events.hello() });
  }

  /** Sends a message; call only while {@link isWritable}. */
  send(message: WorkerMessage): void {
    this.stream?.write(message);
  }

  /** Ends the connection after what was sent has gone out. No other one is made. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.retryTimer) clearTimeout(this.retryTimer);
    const { stream, client } = this;
    if (stream && this.hasWelcome) {
      const ended = new Promise<void>((resolve) => {
        stream.once('end', resolve).once('error', () => resolve());
        setTimeout(resolve, CLOSE_MS_MAX).unref();
      });
      stream.end();
      await ended;
    }
    stream?.cancel();
    client?.close();
  }

  private receive(stream: Stream, message: ServerMessage): void {
    if (stream !== this.stream) return;
    if (message.kind !== 'welcome') return this.events.received(message);
    this.hasWelcome = true;
    this.isDownTold = false;
    this.failureCount = 0;
    this.events.welcomed(message.welcome);
  }

  /** The stream ended: by the server (null) or with an error. */
  private lost(stream: Stream, error: ServiceError | null): void {
    if (stream !== this.stream) return;
    const hadWelcome = this.hasWelcome;
    this.hasWelcome = false;
    this.stream = null;
    this.client?.close();
    this.client = null;
    if (this.isClosed) return;
    // After a welcome the hello was fine: only a token that was revoked since is beyond repair.
    const isFatal =
      error && FATAL.has(error.code) && (!hadWelcome || error.code === status.UNAUTHENTICATED);
    if (isFatal) {
      this.isClosed = true;
      return this.events.rejected(
        new WorkerRejectedError(`${this.address} refused this worker: ${error.details}`),
      );
    }
    if (!this.isDownTold) this.events.down(reasonOf(error));
    this.isDownTold = true;
    const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_FIRST * 2 ** this.failureCount++);
    this.retryTimer = setTimeout(() => this.open(), Math.random() * ceiling);
  }
}

function reasonOf(error: ServiceError | null): string {
  if (!error) return 'the server closed the connection';
  if (error.code === status.CANCELLED) return 'the server does not answer';
  // gRPC lists every address it tried; the first reason is enough for a person.
  return (error.details || error.message).split(/[.\n] ?(?=Resolution|Last error)/)[0] as string;
}

/** `host:port`, with `tls://` in front when the server is behind TLS. */
function parseAddress(address: string): { host: string; isSecure: boolean } {
  const isSecure = address.startsWith('tls://');
  return { host: address.replace(/^(tls|tcp):\/\//, ''), isSecure };
}

const METHOD = loadMethod();

function loadMethod(): {
  serialize: MessageTypeDefinition<WorkerMessage, WorkerMessage>['serialize'];
  deserialize: (bytes: Buffer) => ServerMessage;
} {
  const definition = fromJSON(
    WORKER_DESCRIPTOR as Parameters<typeof fromJSON>[0],
    WORKER_LOADER_OPTIONS,
  );
  const service = definition[WORKER_SERVICE_NAME] as unknown as Record<
    string,
    {
      requestSerialize: (message: WorkerMessage) => Buffer;
      responseDeserialize: (bytes: Buffer) => ServerMessage;
    }
  >;
  const connect = service.Connect;
  if (!connect) throw new TypeError('The worker protocol has no method Connect.');
  return { serialize: connect.requestSerialize, deserialize: connect.responseDeserialize };
}
