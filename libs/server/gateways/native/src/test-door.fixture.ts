import type {
  ResultAck,
  TaskOffer,
  TaskRef,
  TaskResult,
  WorkerDoor,
  WorkerHello,
  WorkerLink,
  WorkerLogLine,
  WorkerWelcome,
} from '@heddle/server-dispatch';
import { EventLog } from '@heddle/testing';

/** One call of a gateway. */
export type DoorEvent =
  | { type: 'connect'; hello: WorkerHello; link: WorkerLink; workerId: string }
  | { type: 'heartbeat'; workerId: string; running: TaskRef[] }
  | { type: 'result'; workerId: string; result: TaskResult }
  | { type: 'returned'; workerId: string; task: TaskRef }
  | { type: 'progress'; workerId: string; percent: number; message: string }
  | { type: 'drain'; workerId: string }
  | { type: 'log'; workerId: string; line: WorkerLogLine }
  | { type: 'dropped'; workerId: string; count: number }
  | { type: 'disconnect'; workerId: string };

/** The other side of a gateway under test: notes what it is told, and hands out what a spec asks for. */
export class TestDoor implements WorkerDoor {
  readonly events = new EventLog<DoorEvent>();
  /** Parts of the next welcomes. */
  welcome: Partial<WorkerWelcome> = {};
  /** What happens to results; default: applied at once. */
  acknowledge: (results: TaskResult[]) => Promise<ResultAck[]> = async (results) =>
    results.map(({ taskId, fence }) => ({ taskId, fence, refused: null }));
  /** Thrown at the next hello. */
  refusal: Error | null = null;
  private workerCount = 0;

  async connect(hello: WorkerHello, link: WorkerLink): Promise<WorkerWelcome> {
    if (this.refusal) throw this.refusal;
    const workerId = String(++this.workerCount);
    this.events.add({ type: 'connect', hello, link, workerId });
    return {
      workerId,
      heartbeatMs: 1_000,
      leaseMs: 5_000,
      lost: [],
      payloadBytesMax: 100_000,
      ...this.welcome,
    };
  }

  heartbeat(workerId: string, running: TaskRef[]): void {
    this.events.add({ type: 'heartbeat', workerId, running });
  }

  results(workerId: string, results: TaskResult[]): Promise<ResultAck[]> {
    for (const result of results) this.events.add({ type: 'result', workerId, result });
    return this.acknowledge(results);
  }

  returned(workerId: string, tasks: TaskRef[]): void {
    for (const task of tasks) this.events.add({ type: 'returned', workerId, task });
  }

  progress(workerId: string, progress: (TaskRef & { percent: number; message: string })[]): void {
    for (const { percent, message } of progress)
      this.events.add({ type: 'progress', workerId, percent, message });
  }

  drain(workerId: string): void {
    this.events.add({ type: 'drain', workerId });
  }

  logs(workerId: string, lines: WorkerLogLine[], dropped: number): void {
    for (const line of lines) this.events.add({ type: 'log', workerId, line });
    if (dropped > 0) this.events.add({ type: 'dropped', workerId, count: dropped });
  }

  disconnect(workerId: string): void {
    this.events.add({ type: 'disconnect', workerId });
  }

  /** The n-th connection, counted from 1, once it is made. */
  async connection(n = 1): Promise<Extract<DoorEvent, { type: 'connect' }>> {
    const made = () => this.events.all.filter((event) => event.type === 'connect');
    await this.events.until(`connection ${n}`, () => made().length >= n);
    return made()[n - 1] as Extract<DoorEvent, { type: 'connect' }>;
  }

  /** The outcome that a worker reports for a task. */
  async outcomeOf(taskId: string): Promise<TaskResult['outcome']> {
    const event = await this.events.waitFor(
      `the result of task ${taskId}`,
      (one): one is Extract<DoorEvent, { type: 'result' }> =>
        one.type === 'result' && one.result.taskId === taskId,
    );
    return event.result.outcome;
  }
}

/** A task for a worker; a spec names only what matters to it. */
export function aTask(
  task: Partial<TaskOffer> & Pick<TaskOffer, 'taskId' | 'executor'>,
): TaskOffer {
  return {
    fence: 1,
    input: null,
    runId: '7',
    nodeKey: 'step',
    attempt: 1,
    idempotencyKey: `key-${task.taskId}`,
    timeoutMs: null,
    workflow: 'a workflow',
    namespace: 'default',
    ...task,
  };
}
