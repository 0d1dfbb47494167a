import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { messageOf } from '@heddle/kernel';
import { LogStore } from '@heddle/store';

const CHECK_MS = 3_600_000;

/** Injected: days that log lines are kept. */
export const LOG_RETENTION_DAYS = Symbol('LOG_RETENTION_DAYS');

/** Makes the partitions of the days to come, and drops those whose time is over. */
@Injectable()
export class LogPartitionsService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger(LogPartitionsService.name);
  #timer: NodeJS.Timeout | null = null;

  constructor(
    @Inject(LogStore) private readonly store: LogStore,
    @Inject(LOG_RETENTION_DAYS) private readonly retentionDays: number,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.store.keepPartitions(new Date(), this.retentionDays);
    this.#timer = setInterval(() => void this.#keep(), CHECK_MS);
  }

  async #keep(): Promise<void> {
    await this.store
      .keepPartitions(new Date(), this.retentionDays)
      .catch((error: unknown) => this.#log.error(`Log partitions: ${messageOf(error)}`));
  }

  onApplicationShutdown(): void {
    if (this.#timer) clearInterval(this.#timer);
  }
}
