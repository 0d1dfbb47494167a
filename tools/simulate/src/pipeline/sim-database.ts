import { chance, type Chooser } from '@heddle/engine-sim';
import type { Sql, Statement } from '@heddle/store';
import { MemoryError, type MemoryStore } from './memory-store.js';
import { partsOf } from './memory-statement.js';
import type { VirtualTime } from './virtual-time.js';

/** Rows and signals that transactions keep others from changing. */
export class Locks {
  readonly #owners = new Map<string, object>();
  #waiting: { keys: string[]; owner: object; go: () => void }[] = [];

  isFree(key: string, owner: object): boolean {
    return (this.#owners.get(key) ?? owner) === owner;
  }

  take(key: string, owner: object): boolean {
    if (!this.isFree(key, owner)) return false;
    this.#owners.set(key, owner);
    return true;
  }

  /** Resolves once all keys are free; they are taken then. */
  async takeAll(keys: string[], owner: object): Promise<void> {
    if (!keys.every((key) => this.isFree(key, owner)))
      await new Promise<void>((go) => this.#waiting.push({ keys, owner, go }));
    else for (const key of keys) this.#owners.set(key, owner);
  }

  release(owner: object): void {
    for (const [key, known] of this.#owners) if (known === owner) this.#owners.delete(key);
    this.#waiting = this.#waiting.filter(({ keys, owner: next, go }) => {
      if (next === owner) return false;
      if (!keys.every((key) => this.isFree(key, next))) return true;
      for (const key of keys) this.#owners.set(key, next);
      go();
      return false;
    });
  }
}

/** What can go wrong between a server and the database, besides a crash. */
export interface DatabaseFaults {
  /** Percent of the commits whose connection breaks; half of them have happened. */
  brokenPercent: number;
}

/** The connection of one server process to the store: answers take time, and do not come once the process is gone. */
export class SimDatabase implements Sql {
  isAlive = true;
  readonly #transactions = new Set<object>();

  constructor(
    private readonly world: {
      store: MemoryStore;
      locks: Locks;
      time: VirtualTime;
      choose: Chooser;
      faults: DatabaseFaults;
    },
    private readonly server: string,
  ) {}

  /** The process is gone: what is on its way may still arrive, answers do not. */
  kill(): void {
    this.isAlive = false;
    for (const transaction of this.#transactions) this.world.locks.release(transaction);
  }

  async rows<Row>(statement: Statement): Promise<Row[]> {
    if (!isWrite(statement)) return this.#read(statement) as Promise<Row[]>;
    const self = {};
    this.#transactions.add(self);
    try {
      await this.world.locks.takeAll(updatedRuns(statement), self);
      await this.#commit([statement]);
      return [];
    } finally {
      this.world.locks.release(self);
      this.#transactions.delete(self);
    }
  }

  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const self = {};
    const writes: Statement[] = [];
    this.#transactions.add(self);
    try {
      const rows = async (statement: Statement): Promise<never[]> => {
        if (isWrite(statement)) {
          writes.push(statement);
          return [];
        }
        await this.#lock(statement, self);
        const mayTake = (key: string): boolean => this.world.locks.take(key, self);
        return (await this.#read(statement, mayTake)) as never[];
      };
      const result = await work({ rows });
      await this.#commit(writes);
      return result;
    } finally {
      this.world.locks.release(self);
      this.#transactions.delete(self);
    }
  }

  async #lock({ name, values }: Statement, owner: object): Promise<void> {
    const kind = { 'lock-runs': 'run', 'lock-signals': 'signal' }[name ?? ''];
    if (!kind) return;
    const ids = (values as string[][])[0]!;
    await this.world.locks.takeAll(
      ids.map((id) => `${kind} ${id}`),
      owner,
    );
  }

  async #read(statement: Statement, mayTake?: (key: string) => boolean): Promise<object[]> {
    // Most answers come at once; what another server commits meanwhile is seen by the others.
    const { choose, time, store } = this.world;
    if (chance(choose, 25)) await this.#arrive(time.delayMs());
    return store.read(statement, mayTake);
  }

  /** A commit takes its time, happens at one instant, and its answer may be lost. */
  async #commit(writes: readonly Statement[]): Promise<void> {
    const { time, store, choose, faults } = this.world;
    const isBroken = chance(choose, faults.brokenPercent);
    const hasHappened = !isBroken || chance(choose, 50);
    let error: unknown = null;
    await this.#arrive(time.delayMs(), () => {
      // A server that is gone may have sent it before.
      if (!this.isAlive && chance(choose, 50)) return;
      try {
        if (hasHappened) for (const write of writes) store.write(write, this.server);
      } catch (caught) {
        error = caught;
      }
    });
    if (chance(choose, 50)) await this.#arrive(time.delayMs());
    if (error) throw error;
    if (isBroken) throw new MemoryError('08006', 'connection_failure');
  }

  /** Resolves later, unless the process is gone by then; then nobody hears of it any more. */
  #arrive(ms: number, action: () => void = () => undefined): Promise<void> {
    return new Promise((resolve) =>
      this.world.time.after(ms, () => {
        action();
        if (this.isAlive) resolve();
      }),
    );
  }
}

function isWrite(statement: Statement): boolean {
  return statement.text.startsWith('with p0 as');
}

/** An update waits for whoever has locked its row. */
function updatedRuns(statement: Statement): string[] {
  return partsOf(statement)
    .filter(({ kind, table }) => kind === 'update' && table === 'run')
    .flatMap(({ rows }) => rows.map((row) => `run ${row['id']}`));
}
