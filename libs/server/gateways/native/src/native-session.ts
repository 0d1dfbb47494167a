import { BadInputError, HeddleError, assertNever } from '@heddle/kernel';
import type {
  WireHello,
  WireResult,
  WireResultAck,
  WireTaskOffer,
  WorkerMessage,
} from '@heddle/protocol';
import type { WorkerIdentity, WorkerTokens } from '@heddle/server-access';
import type {
  ResultAck,
  TaskOffer,
  WorkerDoor,
  WorkerLink,
  WorkerWelcome,
} from '@heddle/server-dispatch';
import { checkBatch, decodeLogLine, decodeProgress, decodeRef, decodeResult } from './decode.js';
import { checkHello } from './hello.js';
import { Outbox, type WorkerStream } from './outbox.js';
import { statusOf } from './status.js';

/** A connection that has not said hello by then is closed. */
const HELLO_MS_MAX = 10_000;
/** Results in the pipeline from one worker; reading stops above it, so that a burst waits on the worker's side. */
const RESULTS_IN_FLIGHT_MAX = 20_000;
/** The same for their outputs, in bytes. */
const RESULT_BYTES_IN_FLIGHT_MAX = 64 * 1024 * 1024;

/** What a session needs from the gateway. */
export interface SessionContext {
  door: WorkerDoor;
  tokens: WorkerTokens;
  /** For faults of the server itself. */
  onFault: (error: unknown) => void;
}

/** One worker's stream, from its first byte to its end: decodes, checks, and hands over to dispatch. */
export class NativeSession implements WorkerLink {
  private readonly outbox: Outbox;
  private readonly helloTimer: NodeJS.Timeout;
  private identity: WorkerIdentity | null = null;
  private workerId: string | null = null;
  private hasHello = false;
  private isClosed = false;
  private resultsInFlight = 0;
  private resultBytesInFlight = 0;

  constructor(
    private readonly stream: WorkerStream,
    private readonly context: SessionContext,
  ) {
    this.outbox = new Outbox(stream, (reason) =>
      this.end(new HeddleError('TOO_MANY_REQUESTS', `The worker is disconnected: ${reason}.`)),
    );
    this.helloTimer = setTimeout(
      () =>
        this.end(
          new BadInputError(`The first message must be hello, within ${HELLO_MS_MAX / 1000} s.`),
        ),
      HELLO_MS_MAX,
    );
    stream.on('end', () => this.end(null));
    stream.on('cancelled', () => this.dispose());
    stream.on('error', () => this.dispose());
    stream.on('close', () => this.dispose());
  }

  /** Checks the token, then begins to read. */
  async begin(): Promise<void> {
    try {
      this.identity = await this.authenticate();
    } catch (error) {
      return this.fail(error);
    }
    if (this.isClosed) return;
    this.stream.on('data', (message: WorkerMessage) => this.receive(message));
  }

  private async authenticate(): Promise<WorkerIdentity> {
    const header = String(this.stream.metadata.get('authorization')[0] ?? '');
    const token = /^Bearer (\S+)$/i.exec(header)?.[1];
    if (!token)
      throw new HeddleError(
        'UNAUTHENTICATED',
        'A worker token is needed: send the metadata "authorization: Bearer <token>" (HEDDLE_WORKER_TOKEN in the SDK).',
      );
    const identity = await this.context.tokens.verify(token);
    if (identity) return identity;
    throw new HeddleError(
      'UNAUTHENTICATED',
      'This worker token is unknown or was revoked: create one on the Workers page and set HEDDLE_WORKER_TOKEN.',
    );
  }

  private receive(message: WorkerMessage): void {
    if (this.isClosed) return;
    try {
      if (message.kind === 'hello') this.receiveHello(message.hello);
      else this.handle(this.workerIdOf(), message);
    } catch (error) {
      this.fail(error);
    }
  }

  private receiveHello(wire: WireHello): void {
    if (this.hasHello) throw new BadInputError('hello was sent twice on one stream.');
    this.hasHello = true;
    clearTimeout(this.helloTimer);
    const hello = checkHello(wire, this.identity as WorkerIdentity);
    // What the worker sends meanwhile waits in the stream.
    this.stream.pause();
    this.context.door.connect(hello, this).then(
      (welcome) => this.welcome(welcome),
      (error: unknown) => this.fail(error),
    );
  }

  private welcome(welcome: WorkerWelcome): void {
    // The worker may have gone while dispatch registered it.
    if (this.isClosed) return this.context.door.disconnect(welcome.workerId, this);
    this.workerId = welcome.workerId;
    this.outbox.open({ kind: 'welcome', welcome });
    this.stream.resume();
  }

  private workerIdOf(): string {
    if (this.workerId !== null) return this.workerId;
    throw new BadInputError('The first message must be hello.');
  }

  private handle(workerId: string, message: Exclude<WorkerMessage, { kind: 'hello' }>): void {
    const { door } = this.context;
    switch (message.kind) {
      case 'heartbeat': {
        const { running, cpuLoad, memoryBytes } = message.heartbeat;
        const refs = checkBatch('running tasks', running).map(decodeRef);
        return door.heartbeat(workerId, refs, {
          cpuLoad: Number.isFinite(cpuLoad) ? Math.min(1, Math.max(0, cpuLoad)) : 0,
          memoryBytes: Number(memoryBytes),
        });
      }
      case 'results':
        return this.takeResults(workerId, message.results);
      case 'logs': {
        const lines = checkBatch('log lines', message.logs.lines).map(decodeLogLine);
        door.logs(workerId, lines, Number(message.logs.dropped));
        return this.outbox.addLogAck(lines.length);
      }
      case 'progress':
        return door.progress(
          workerId,
          checkBatch('progress reports', message.progress.progress).map(decodeProgress),
        );
      case 'drain':
        return door.drain(workerId);
      case 'returns':
        return door.returned(
          workerId,
          checkBatch('returned tasks', message.returns.tasks).map(decodeRef),
        );
      case undefined:
        throw new BadInputError('A message is empty, or of a kind that this server does not know.');
      default:
        assertNever(message);
    }
  }

  private takeResults(
    workerId: string,
    { results }: Extract<WorkerMessage, { kind: 'results' }>['results'],
  ): void {
    const decoded = checkBatch('results', results).map(decodeResult);
    if (decoded.length === 0) return;
    const bytes = results.reduce((sum, result) => sum + sizeOf(result), 0);
    this.countResults(decoded.length, bytes);
    this.context.door.results(workerId, decoded).then(
      (acks) => {
        this.countResults(-decoded.length, -bytes);
        this.outbox.addAcks(acks.map(wireAck));
      },
      // The server stops: without an acknowledgement the worker sends them again, to whoever answers next.
      () => this.end(new HeddleError('UNAVAILABLE', 'The server is stopping; connect again.')),
    );
  }

  private countResults(count: number, bytes: number): void {
    this.resultsInFlight += count;
    this.resultBytesInFlight += bytes;
    const isFull =
      this.resultsInFlight > RESULTS_IN_FLIGHT_MAX ||
      this.resultBytesInFlight > RESULT_BYTES_IN_FLIGHT_MAX;
    if (isFull) this.stream.pause();
    else this.stream.resume();
  }

  sendTasks(tasks: TaskOffer[]): void {
    if (!this.isClosed) this.outbox.addTasks(tasks.map(wireOffer));
  }

  sendCancels(tasks: { taskId: string; fence: number }[]): void {
    if (!this.isClosed)
      this.outbox.addCancels(tasks.map(({ taskId, fence }) => ({ taskId, fence })));
  }

  sendDrain(): void {
    if (!this.isClosed) this.outbox.addDrain();
  }

  close(reason: string): void {
    this.end(new HeddleError('UNAVAILABLE', reason));
  }

  /** Refusals end the stream with their text; a fault of the server is reported as well. */
  private fail(error: unknown): void {
    if (!(error instanceof HeddleError)) this.context.onFault(error);
    this.end(error);
  }

  /** Ends the stream; null: because the worker closed its side. */
  private end(error: unknown): void {
    if (this.isClosed) return;
    this.dispose();
    if (error === null) this.stream.end();
    else this.stream.emit('error', statusOf(error));
  }

  private dispose(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.helloTimer);
    this.outbox.close();
    // Nobody reads any more; what still arrives is thrown away so that the stream can end.
    this.stream.removeAllListeners('data');
    this.stream.resume();
    if (this.workerId !== null) this.context.door.disconnect(this.workerId, this);
  }
}

function wireOffer(offer: TaskOffer): WireTaskOffer {
  return {
    task: { taskId: offer.taskId, fence: offer.fence },
    executor: offer.executor,
    input: Buffer.from(JSON.stringify(offer.input)),
    runId: offer.runId,
    nodeKey: offer.nodeKey,
    attempt: offer.attempt,
    idempotencyKey: offer.idempotencyKey,
    timeoutMs: String(offer.timeoutMs ?? 0),
    workflow: offer.workflow,
    namespace: offer.namespace,
    traceParent: '',
  };
}

function wireAck({ taskId, fence, refused }: ResultAck): WireResultAck {
  return { task: { taskId, fence }, refused: refused ?? '' };
}

/** Bytes of a result that matter: those of its output. */
function sizeOf(result: WireResult): number {
  return result.outcome === 'success' ? result.success.output.length : 0;
}
