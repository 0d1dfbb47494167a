import type { WireResult, WireResultAck, WireTaskRef, WorkerMessage } from '@heddle/protocol';

/** Results of one message. */
const BATCH_RESULTS_MAX = 1_000;
/** Bytes of output of one message; a single larger one travels alone. */
const BATCH_BYTES_MAX = 1_000_000;

/** A result with the reference it belongs to. */
export type KeptResult = WireResult & { task: WireTaskRef };

/** One key per lease: the same task under a newer fence is another one. */
export function keyOf({ taskId, fence }: WireTaskRef): string {
  return `${taskId}/${fence}`;
}

/** Results that the server has not yet acknowledged; kept and sent again until it does. */
export class ResultQueue {
  private readonly kept = new Map<string, KeptResult>();
  private waiting: KeptResult[] = [];

  add(result: KeptResult): void {
    this.kept.set(keyOf(result.task), result);
    this.waiting.push(result);
  }

  /** The next message; null when everything was sent. */
  next(): WorkerMessage | null {
    if (this.waiting.length === 0) return null;
    let bytes = 0;
    let count = 0;
    for (const result of this.waiting) {
      bytes +=
        result.outcome === 'success'
          ? result.success.output.length + result.success.contextAppend.length
          : 0;
      if (count > 0 && (count >= BATCH_RESULTS_MAX || bytes > BATCH_BYTES_MAX)) break;
      count++;
    }
    return { kind: 'results', results: { results: this.waiting.splice(0, count) } };
  }

  /** The server has committed or refused it. */
  acknowledge(ack: WireResultAck): void {
    this.kept.delete(keyOf(ack.task));
  }

  /** The lease is gone: nobody wants the result. */
  forget(task: WireTaskRef): void {
    this.kept.delete(keyOf(task));
    this.waiting = this.waiting.filter((result) => keyOf(result.task) !== keyOf(task));
  }

  /** The connection was lost: everything that was not acknowledged is sent again. */
  resend(): void {
    this.waiting = [...this.kept.values()];
  }

  /** Tasks whose leases must go on until their results are acknowledged. */
  refs(): WireTaskRef[] {
    return [...this.kept.values()].map((result) => result.task);
  }

  get isEmpty(): boolean {
    return this.kept.size === 0;
  }
}
