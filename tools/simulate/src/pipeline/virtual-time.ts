import type { Chooser } from '@heddle/engine-sim';
import { chance } from '@heddle/engine-sim';

/** Something that happens at a time. */
interface Planned {
  at: number;
  order: number;
  action: () => void;
  isCanceled: boolean;
}

/** Calls off what was planned. */
export type CallOff = () => void;

/** Short waits of every kind (network, disk, another process), in virtual milliseconds. */
const DELAY_MS_MAX = 12;
/** Now and then something takes far longer. */
const SLOW_MS_MAX = 900;

/**
 * Virtual time: what is planned happens in the order of its time, one after the other. Code that waits for promises runs on
 * until it waits for something planned; nothing else goes on meanwhile, so that one seed gives one history.
 */
export class VirtualTime {
  /** Epoch milliseconds. */
  now = 1_800_000_000_000;
  count = 0;
  readonly #heap: Planned[] = [];
  #order = 0;

  constructor(private readonly choose: Chooser) {}

  /** Plans an action in so many milliseconds. */
  after(ms: number, action: () => void): CallOff {
    const planned = { at: this.now + ms, order: this.#order++, action, isCanceled: false };
    this.#push(planned);
    return () => void (planned.isCanceled = true);
  }

  /** A random short wait. */
  delayMs(): number {
    return chance(this.choose, 3) ? this.choose.int(SLOW_MS_MAX) : this.choose.int(DELAY_MS_MAX);
  }

  /** Plans an action after a random short wait. */
  soon(action: () => void): CallOff {
    return this.after(this.delayMs(), action);
  }

  /** Lets the next planned thing happen, and everything that follows at once; false when nothing is planned. */
  async next(): Promise<boolean> {
    for (let planned = this.#shift(); planned; planned = this.#shift()) {
      if (planned.isCanceled) continue;
      this.now = planned.at;
      this.count += 1;
      planned.action();
      await settled();
      return true;
    }
    return false;
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let i = heap.push(planned) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(planned, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = planned;
  }

  #shift(): Planned | undefined {
    const heap = this.#heap;
    const [first, last] = [heap[0], heap.pop()];
    if (!first || !last || heap.length === 0) return first;
    let i = 0;
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Once every promise that can go on has: Node runs all of them before it gets to the next immediate. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
