import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { messageOf, type JsonObject } from '@heddle/kernel';
import { LogStore, isTransient, type NewLogLine } from '@heddle/store';
import { LogFeed } from './log-feed.js';

/** Lines kept in memory while the database is slow: at 300 bytes a line some 30 MB. */
const BUFFER_LINES_MAX = 100_000;
const FLUSH_MS = 100;
/** Lines per statement. */
const FLUSH_LINES_MAX = 5_000;
const RETRY_MS = 1_000;
/** Enough for a full buffer; a database that is away at the end loses the lines, not the stop. */
const SHUTDOWN_FLUSHES_MAX = 25;
/** 9999-12-31T23:59:59.999Z: a worker's clock beyond it, or before 1970, is no clock. */
const AT_MS_MAX = 253_402_300_799_999;
const LEVELS = { debug: 1, info: 2, warn: 3, error: 4 } as const;

/** A line as a gateway hands it over. */
export interface IncomingLine {
  runId: string;
  nodeKey: string;
  attempt: number;
  /** Worker's clock, epoch milliseconds; the server's is taken for one that cannot be. */
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
    const atMs = line.atMs >= 0 && line.atMs <= AT_MS_MAX ? line.atMs : Date.now();
    this.#buffer.push({ ...line, atMs, level: LEVELS[line.level] });
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  countDropped(runId: string, nodeKey: string, count: number): void {
    this.#count(runId, nodeKey, count);
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  #count(runId: string, nodeKey: string, count: number): void {
    const key = `${runId}/${nodeKey}`;
    const entry = this.#drops.get(key) ?? { runId, nodeKey, count: 0 };
    entry.count += count;
    this.#drops.set(key, entry);
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
    const left = await this.#writeLines(this.#buffer.splice(0, FLUSH_LINES_MAX));
    if (left.length > 0) this.#buffer = [...left, ...this.#buffer];
    for (const { runId, nodeKey } of this.#buffer.splice(BUFFER_LINES_MAX))
      this.#count(runId, nodeKey, 1);
    const isWritten = left.length === 0 && (await this.#writeDrops());
    if (!isWritten) this.#timer ??= setTimeout(() => void this.flush(), RETRY_MS);
    else if (this.#buffer.length > 0) this.#timer ??= setTimeout(() => void this.flush(), 0);
  }

  /** @returns lines that wait because the database is away. One that it will never take is found by halves and dropped. */
  async #writeLines(lines: NewLogLine[]): Promise<NewLogLine[]> {
    try {
      const ids = await this.store.append(lines);
      this.feed.publish(
        lines.map((line, i) => ({ ...line, id: ids[i]! })),
        [],
      );
      return [];
    } catch (error) {
      if (isTransient(error)) {
        this.#log.warn(`${lines.length} log lines could not be written yet: ${messageOf(error)}`);
        return lines;
      }
      if (lines.length === 1) {
        this.#log.error(`A log line was refused: ${messageOf(error)}`);
        this.#count(lines[0]!.runId, lines[0]!.nodeKey, 1);
        return [];
      }
      const half = lines.length >> 1;
      const left = await this.#writeLines(lines.slice(0, half));
      if (left.length > 0) return [...left, ...lines.slice(half)];
      return this.#writeLines(lines.slice(half));
    }
  }

  /** @returns false when the database is away and the counts wait. */
  async #writeDrops(): Promise<boolean> {
    const drops = [...this.#drops.values()];
    this.#drops.clear();
    try {
      await this.store.addDrops(drops);
      this.feed.publish([], drops);
      return true;
    } catch (error) {
      this.#log.warn(`Counts of dropped log lines were not written: ${messageOf(error)}`);
      if (!isTransient(error)) return true;
      for (const { runId, nodeKey, count } of drops) this.#count(runId, nodeKey, count);
      return false;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    for (let i = 0; i < SHUTDOWN_FLUSHES_MAX && this.#buffer.length > 0; i++) await this.flush();
    if (this.#timer) clearTimeout(this.#timer);
  }
}
