import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { messageOf, type JsonObject } from '@heddle/kernel';
import { LogStore, type NewLogLine } from '@heddle/store';
import { LogFeed } from './log-feed.js';

/** Lines kept in memory while the database is slow: at 300 bytes a line some 30 MB. */
const BUFFER_LINES_MAX = 100_000;
const FLUSH_MS = 100;
/** Lines per statement. */
const FLUSH_LINES_MAX = 5_000;
const LEVELS = { debug: 1, info: 2, warn: 3, error: 4 } as const;

/** A line as a gateway hands it over. */
export interface IncomingLine {
  runId: string;
  nodeKey: string;
  attempt: number;
  /** Worker's clock, epoch milliseconds. */
  atMs: number;
  level: keyof typeof LEVELS;
  message: string;
  fields: JsonObject | null;
}

/**
 * Takes log lines without ever making a worker wait: they are buffered up to a bound and written in batches. What does not
 * fit is dropped, counted, and the count is shown with the log.
 */
@Injectable()
export class LogService implements OnApplicationShutdown {
  readonly #log = new Logger(LogService.name);
  #buffer: NewLogLine[] = [];
  readonly #drops = new Map<string, { runId: string; nodeKey: string; count: number }>();
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> | null = null;

  constructor(
    @Inject(LogStore) private readonly store: LogStore,
    private readonly feed: LogFeed,
  ) {}

  append(line: IncomingLine): void {
    if (this.#buffer.length >= BUFFER_LINES_MAX)
      return this.countDropped(line.runId, line.nodeKey, 1);
    this.#buffer.push({ ...line, level: LEVELS[line.level] });
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  countDropped(runId: string, nodeKey: string, count: number): void {
    const key = `${runId}/${nodeKey}`;
    const entry = this.#drops.get(key) ?? { runId, nodeKey, count: 0 };
    entry.count += count;
    this.#drops.set(key, entry);
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Writes what is buffered. Never rejects: what cannot be written stays, up to the bound. */
  async flush(): Promise<void> {
    if (this.#flushing) await this.#flushing;
    this.#timer = null;
    this.#flushing = this.#write();
    await this.#flushing;
    this.#flushing = null;
  }

  async #write(): Promise<void> {
    const lines = this.#buffer.splice(0, FLUSH_LINES_MAX);
    const drops = [...this.#drops.values()];
    this.#drops.clear();
    try {
      const ids = await this.store.append(lines);
      this.feed.publish(
        lines.map((line, i) => ({ ...line, id: ids[i]! })),
        drops,
      );
      await this.store.addDrops(drops);
    } catch (error) {
      this.#log.warn(`${lines.length} log lines could not be written yet: ${messageOf(error)}`);
      this.#buffer = [...lines, ...this.#buffer].slice(0, BUFFER_LINES_MAX);
      for (const drop of drops) this.countDropped(drop.runId, drop.nodeKey, drop.count);
      this.#timer ??= setTimeout(() => void this.flush(), RETRY_MS);
      return;
    }
    if (this.#buffer.length > 0) this.#timer ??= setTimeout(() => void this.flush(), 0);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    for (let i = 0; i < SHUTDOWN_FLUSHES_MAX && this.#buffer.length > 0; i++) await this.flush();
    if (this.#timer) clearTimeout(this.#timer);
  }
}

const RETRY_MS = 1_000;
/** Enough for a full buffer; a database that is away at the end loses the lines, not the stop. */
const SHUTDOWN_FLUSHES_MAX = 25;
