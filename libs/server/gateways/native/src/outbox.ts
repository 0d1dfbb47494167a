import type { ServerDuplexStream } from '@grpc/grpc-js';
import type {
  ServerMessage,
  WireResultAck,
  WireTaskOffer,
  WireTaskRef,
  WorkerMessage,
} from '@heddle/protocol';

/** The stream of one worker, seen from the server. */
export type WorkerStream = ServerDuplexStream<WorkerMessage, ServerMessage>;

/** Most bytes of task input in one message; a single larger input travels alone. */
const MESSAGE_BYTES_MAX = 1_000_000;
/** Most entries in one message. */
const MESSAGE_ENTRIES_MAX = 1_000;
/** What may wait for a worker that reads slowly, in bytes of input: some seconds of a busy link. */
const WAITING_BYTES_MAX = 64_000_000;
/** A worker that takes nothing for so long while something waits is stuck. */
const STUCK_MS_MAX = 30_000;

/**
 * What is to be sent to one worker: gathered during one turn of the event loop, sent as few messages. While the stream is
 * full, more gathers, up to a bound; a worker that does not read is reported once through `onStuck`.
 */
export class Outbox {
  private tasks: WireTaskOffer[] = [];
  private cancels: WireTaskRef[] = [];
  private acks: WireResultAck[] = [];
  private logLines = 0;
  private wantsDrain = false;
  private waitingBytes = 0;
  private isScheduled = false;
  private isOpen = false;
  private stuckTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly stream: WorkerStream,
    private readonly onStuck: (reason: string) => void,
  ) {
    stream.on('drain', () => {
      this.clearStuckTimer();
      this.flush();
    });
  }

  /** Sends the welcome; everything else waits for it. */
  open(welcome: Extract<ServerMessage, { kind: 'welcome' }>): void {
    this.stream.write(welcome);
    this.isOpen = true;
    this.schedule();
  }

  addTasks(tasks: WireTaskOffer[]): void {
    for (const task of tasks) this.waitingBytes += task.input.length;
    this.tasks.push(...tasks);
    if (this.waitingBytes > WAITING_BYTES_MAX)
      this.onStuck(`more than ${WAITING_BYTES_MAX / 1e6} MB of tasks wait for it`);
    this.schedule();
  }

  addCancels(tasks: WireTaskRef[]): void {
    this.cancels.push(...tasks);
    this.schedule();
  }

  addAcks(acks: WireResultAck[]): void {
    this.acks.push(...acks);
    this.schedule();
  }

  addLogAck(lines: number): void {
    this.logLines += lines;
    this.schedule();
  }

  addDrain(): void {
    this.wantsDrain = true;
    this.schedule();
  }

  /** Drops what waits. */
  close(): void {
    this.isOpen = false;
    this.clearStuckTimer();
    this.tasks = [];
    this.cancels = [];
    this.acks = [];
  }

  private schedule(): void {
    if (this.isScheduled || !this.isOpen) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    while (this.isOpen) {
      if (this.stream.writableNeedDrain) return this.armStuckTimer();
      const message = this.next();
      if (!message) return;
      this.stream.write(message);
    }
  }

  /** Acknowledgements first: they free the worker's memory. A cancel goes after the tasks, for it may be about one of them. */
  private next(): ServerMessage | null {
    if (this.acks.length > 0)
      return { kind: 'resultAcks', resultAcks: { acks: this.acks.splice(0, MESSAGE_ENTRIES_MAX) } };
    if (this.tasks.length > 0) return { kind: 'tasks', tasks: { tasks: this.takeTasks() } };
    if (this.cancels.length > 0)
      return { kind: 'cancels', cancels: { tasks: this.cancels.splice(0, MESSAGE_ENTRIES_MAX) } };
    if (this.wantsDrain) {
      this.wantsDrain = false;
      return { kind: 'drain', drain: {} };
    }
    if (this.logLines === 0) return null;
    const lines = String(this.logLines);
    this.logLines = 0;
    return { kind: 'logAck', logAck: { lines } };
  }

  private takeTasks(): WireTaskOffer[] {
    let bytes = 0;
    let count = 0;
    for (const task of this.tasks) {
      bytes += task.input.length;
      if (count > 0 && (bytes > MESSAGE_BYTES_MAX || count >= MESSAGE_ENTRIES_MAX)) break;
      count++;
    }
    const taken = this.tasks.splice(0, count);
    for (const task of taken) this.waitingBytes -= task.input.length;
    return taken;
  }

  private armStuckTimer(): void {
    this.stuckTimer ??= setTimeout(
      () => this.onStuck(`it has read nothing for ${STUCK_MS_MAX / 1000} s`),
      STUCK_MS_MAX,
    );
  }

  private clearStuckTimer(): void {
    if (this.stuckTimer) clearTimeout(this.stuckTimer);
    this.stuckTimer = null;
  }
}
