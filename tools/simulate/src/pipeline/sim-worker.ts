import { chance, pick } from '@heddle/engine-sim';
import {
  HEARTBEAT_MS,
  type ResultAck,
  type TaskOffer,
  type TaskRef,
  type TaskResult,
  type WorkerLink,
} from '@heddle/server-dispatch';
import type { SimServer, SimWorld } from './sim-server.js';

/** What a worker offers. */
export interface WorkerKind {
  group: string;
  executors: readonly string[];
}

/** The workers of every simulated cluster. */
export const WORKERS: readonly WorkerKind[] = [
  { group: 'g', executors: ['x', 'undo'] },
  { group: 'g', executors: ['x', 'undo'] },
  { group: 'heddle', executors: ['heddle.http'] },
];

/** How long a job takes, at most, in virtual milliseconds; now and then it takes far longer than a lease lives. */
const WORK_MS_MAX = 400;
const LONG_WORK_MS_MAX = 15_000;
const RECONNECT_MS_MAX = 3_000;

/** Who looks at what workers are told. */
export interface WorkerWatch {
  acknowledged(ack: ResultAck, server: SimServer): void;
}

/**
 * One worker process, as the SDK behaves: it keeps its tasks over a reconnect, and sends a result again until it is
 * acknowledged. The network delays, repeats and reorders what it says.
 */
export class SimWorker {
  isAlive = true;
  readonly #running = new Map<string, TaskRef>();
  readonly #results = new Map<string, TaskResult>();
  #server: SimServer | null = null;
  #link: WorkerLink | null = null;
  #hasWelcome = false;

  constructor(
    readonly id: string,
    readonly kind: WorkerKind,
    private readonly world: SimWorld & {
      servers: SimServer[];
      watch: WorkerWatch;
      isCalm: boolean;
    },
  ) {
    this.#reconnect();
    this.#beat();
  }

  /** The process ends without a word. `isNoticed`: its connection is seen to break. */
  die(isNoticed: boolean): void {
    this.isAlive = false;
    const [server, link] = [this.#server, this.#link];
    if (isNoticed && server && link)
      this.world.time.soon(() => server.isAlive && server.dispatch.disconnect(this.id, link));
  }

  /** The server is gone, and the connection with it. */
  leave(server: SimServer): void {
    if (this.#server === server) this.lose();
  }

  /** The connection breaks; the process lives on. */
  lose(): void {
    const [server, link] = [this.#server, this.#link];
    this.#server = this.#link = null;
    this.#hasWelcome = false;
    if (server && link)
      this.world.time.soon(() => server.isAlive && server.dispatch.disconnect(this.id, link));
    this.world.time.after(this.world.choose.int(RECONNECT_MS_MAX), () => this.#reconnect());
  }

  #reconnect(): void {
    if (!this.isAlive || this.#server) return;
    const alive = this.world.servers.filter((server) => server.isAlive);
    if (alive.length === 0) {
      this.world.time.after(this.world.choose.int(RECONNECT_MS_MAX), () => this.#reconnect());
      return;
    }
    this.#connect(pick(this.world.choose, alive));
  }

  #connect(server: SimServer): void {
    const link = this.#newLink(server);
    this.#server = server;
    this.#link = link;
    const { group, executors } = this.kind;
    const hello = {
      namespaceId: '1',
      tokenId: '1',
      group,
      name: this.id,
      processId: this.id,
      executors: executors.map((name) => ({ name, description: '', inputSchema: null })),
      slots: 1 + (Number(this.id) % 3),
      labels: {},
      sdk: 'sim',
      running: this.#refs(),
    };
    void server.dispatch.connect(hello, link).then(({ lost }) => {
      if (this.#link !== link) return;
      this.#hasWelcome = true;
      for (const ref of lost) this.#forget(ref);
      for (const result of this.#results.values()) this.#send(result);
    });
  }

  #newLink(server: SimServer): WorkerLink {
    const { time } = this.world;
    const receive = (action: () => void): void =>
      void time.soon(() => {
        if (this.isAlive && this.#link === link) action();
      });
    const link: WorkerLink = {
      sendTasks: (offers) => receive(() => offers.forEach((offer) => this.#begin(offer))),
      sendCancels: (refs) => receive(() => refs.forEach((ref) => this.#stop(ref))),
      sendDrain: () => undefined,
      close: () => {
        server.dispatch.disconnect(this.id, link);
        receive(() => this.lose());
      },
    };
    return link;
  }

  #begin(offer: TaskOffer): void {
    const key = keyOf(offer);
    if (this.#running.has(key) || this.#results.has(key)) return;
    this.#running.set(key, { taskId: offer.taskId, fence: offer.fence });
    const { choose, time, isCalm } = this.world;
    const isLong = !isCalm && chance(choose, 4);
    time.after(choose.int(isLong ? LONG_WORK_MS_MAX : WORK_MS_MAX), () => {
      if (this.isAlive && this.#running.delete(key)) this.#finish(offer);
    });
  }

  #finish({ taskId, fence }: TaskOffer): void {
    const { choose } = this.world;
    const ref = { taskId, fence };
    if (chance(choose, 3)) {
      this.#server?.dispatch.returned(this.id, [ref]);
      return;
    }
    const isFailed = chance(choose, 12);
    const error = {
      code: pick(choose, ['BUSY', 'FATAL']),
      message: 'no luck',
      isFinal: chance(choose, 10),
    };
    const output = { n: choose.int(99), of: `${taskId}/${fence}` };
    const contextAppend = chance(choose, 15)
      ? { [pick(choose, ['a', 'b'])]: choose.int(99) }
      : null;
    const outcome: TaskResult['outcome'] = isFailed
      ? { kind: 'failed', error }
      : { kind: 'succeeded', output, contextAppend };
    const result = { ...ref, outcome };
    this.#results.set(keyOf(ref), result);
    this.#send(result);
    if (!this.world.isCalm && chance(choose, 8)) this.#send(result);
  }

  #send(result: TaskResult): void {
    const [server, link] = [this.#server, this.#link];
    if (!server || !this.#hasWelcome) return;
    this.world.time.soon(() => {
      if (!server.isAlive || this.#link !== link) return;
      void server.dispatch.results(this.id, [structuredClone(result)]).then(
        (acks) => acks.forEach((ack) => this.#acknowledged(ack, server)),
        () => undefined,
      );
    });
  }

  #acknowledged(ack: ResultAck, server: SimServer): void {
    this.world.watch.acknowledged(ack, server);
    this.world.time.soon(() => this.#results.delete(keyOf(ack)));
  }

  #stop(ref: TaskRef): void {
    if (!this.#running.delete(keyOf(ref))) return;
    const result: TaskResult = { ...ref, outcome: { kind: 'canceled' } };
    this.#results.set(keyOf(ref), result);
    this.#send(result);
  }

  #forget(ref: TaskRef): void {
    this.#running.delete(keyOf(ref));
    this.#results.delete(keyOf(ref));
  }

  #refs(): TaskRef[] {
    const refs = [...this.#running.values(), ...this.#results.values()];
    return refs.map(({ taskId, fence }) => ({ taskId, fence }));
  }

  #beat(): void {
    const { time } = this.world;
    time.after(HEARTBEAT_MS, () => {
      if (!this.isAlive) return;
      if (this.#server && !this.#server.isAlive) this.lose();
      else if (this.#hasWelcome)
        this.#server?.dispatch.heartbeat(this.id, this.#refs(), { cpuLoad: 0, memoryBytes: 0 });
      this.#beat();
    });
  }
}

function keyOf({ taskId, fence }: TaskRef): string {
  return `${taskId}/${fence}`;
}
