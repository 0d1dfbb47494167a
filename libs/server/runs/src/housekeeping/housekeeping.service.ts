import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { messageOf } from '@heddle/kernel';
import { HousekeepingStore, SignalStore } from '@heddle/store';

/** How often old runs are looked for. */
const SWEEP_MS = 10 * 60_000;
/** The first sweep waits until the server has settled. */
const FIRST_SWEEP_MS = 60_000;
/** Runs looked at, and runs removed, by one statement. */
const PAGE = 2_000;
const DELETE_CHUNK = 50;
const SIGNALS_MAX = 10_000;

/** Removes ended runs whose time is over, empty partitions and signals that nobody wanted. */
@Injectable()
export class HousekeepingService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger(HousekeepingService.name);
  readonly #timers: NodeJS.Timeout[] = [];
  #isStopping = false;
  #sweeping: Promise<void> | null = null;

  constructor(
    @Inject(HousekeepingStore) private readonly store: HousekeepingStore,
    @Inject(SignalStore) private readonly signals: SignalStore,
  ) {}

  onApplicationBootstrap(): void {
    this.#timers.push(setTimeout(() => void this.sweep(), FIRST_SWEEP_MS));
    this.#timers.push(setInterval(() => void this.sweep(), SWEEP_MS));
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#sweeping;
  }

  /** One sweep over all runs; a second call waits for the first. */
  sweep(now = Date.now()): Promise<void> {
    this.#sweeping ??= this.store
      .alone(() => this.#sweep(now))
      .then(() => undefined)
      .catch((error: unknown) => this.#log.warn(`Old runs were not removed: ${messageOf(error)}`))
      .finally(() => (this.#sweeping = null));
    return this.#sweeping;
  }

  async #sweep(now: number): Promise<void> {
    let removed = 0;
    for (let after: string | null = '0'; after !== null && !this.#isStopping;) {
      const { ids, last }: { ids: string[]; last: string | null } = await this.store.expiredRuns(
        after,
        now,
        PAGE,
      );
      for (let i = 0; i < ids.length && !this.#isStopping; i += DELETE_CHUNK)
        removed += await this.store.deleteRuns(ids.slice(i, i + DELETE_CHUNK));
      after = last;
    }
    const dropped = await this.store.dropEmptyPartitions();
    await this.signals.deleteExpired(SIGNALS_MAX);
    if (removed > 0) this.#log.log(`Removed ${removed} runs, child runs included.`);
    if (dropped.length > 0) this.#log.log(`Dropped ${dropped.join(', ')}.`);
  }
}
