import type { LiveLogLine } from '@heddle/protocol';
import { type HeddleApiError, request, toApiError } from './api.js';
import { Logs, type LogFilter, type LogLevel, type LogsQuery } from './generated/operations.js';
import type { LiveTransport } from './live-client.js';

/** Lines kept in the page; older ones are loaded again on demand. */
export const LOG_LINES_MAX = 20_000;
/** Lines of one request. */
const PAGE_SIZE = 500;
const LEVEL_RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Which lines to show. */
export interface LogQuery {
  runId: string;
  nodeKey: string;
  filter: LogFilter;
}

/** Loads one page of lines; replaced in specs. */
export type LoadLogs = (
  variables: LogQuery & { after?: string; before?: string; limit: number },
) => Promise<LogsQuery['logs']>;

const loadByApi: LoadLogs = async (variables) => (await request(Logs, variables)).logs;

/** Compares two line ids, which are decimal numbers of any length. */
export function compareLineIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** Adds lines behind those already there, leaving out known ones. Both lists ascend by id. */
export function appendLines(
  lines: readonly LiveLogLine[],
  added: readonly LiveLogLine[],
): LiveLogLine[] {
  const last = lines[lines.length - 1];
  const fresh = last ? added.filter((line) => compareLineIds(line.id, last.id) > 0) : added;
  return [...lines, ...fresh].slice(-LOG_LINES_MAX);
}

/** Whether the server's filter would let a line through. */
export function passesFilter(line: LiveLogLine, filter: LogFilter): boolean {
  if (filter.minLevel && LEVEL_RANK[line.level] < LEVEL_RANK[filter.minLevel]) return false;
  if (filter.attempt !== undefined && filter.attempt !== null && line.attempt !== filter.attempt)
    return false;
  return !filter.search || line.message.toLowerCase().includes(filter.search.toLowerCase());
}

/** What the log panel shows. */
export interface LogTailState {
  lines: readonly LiveLogLine[];
  hasBefore: boolean;
  droppedCount: number;
  isLoading: boolean;
  error: HeddleApiError | null;
}

const EMPTY: LogTailState = {
  lines: [],
  hasBefore: false,
  droppedCount: 0,
  isLoading: true,
  error: null,
};

/** The end of one node's log: the last page first, older pages on demand, new lines as they come. */
export class LogTail {
  state: LogTailState = EMPTY;
  private readonly listeners = new Set<() => void>();
  private readonly closers: (() => void)[] = [];
  private isClosed = false;

  constructor(
    private readonly transport: LiveTransport,
    private readonly query: LogQuery,
    private readonly load: LoadLogs = loadByApi,
  ) {}

  start(): void {
    const { runId, nodeKey } = this.query;
    this.closers.push(
      this.transport.on('logLines', (message) => {
        if (message.runId === runId && message.nodeKey === nodeKey)
          this.receive(message.lines, message.dropped);
      }),
      this.transport.onConnection((isConnected) => {
        if (isConnected) void this.join();
      }),
    );
    void this.loadTail();
  }

  close(): void {
    this.isClosed = true;
    for (const close of this.closers) close();
    this.transport.notify('unwatchLogs', { runId: this.query.runId, nodeKey: this.query.nodeKey });
    this.listeners.clear();
  }

  /** Loads the page before the oldest line shown. */
  async loadBefore(): Promise<void> {
    const oldest = this.state.lines[0];
    if (!oldest || !this.state.hasBefore || this.state.isLoading) return;
    this.set({ isLoading: true });
    await this.attempt(async () => {
      const page = await this.load({ ...this.query, before: oldest.id, limit: PAGE_SIZE });
      this.set({ lines: [...page.lines, ...this.state.lines], hasBefore: page.hasBefore });
    });
  }

  /** Asks for the last page again, after an error. */
  async loadTail(): Promise<void> {
    this.set({ isLoading: true, error: null });
    await this.attempt(async () => {
      const page = await this.load({ ...this.query, limit: PAGE_SIZE });
      this.set({
        lines: appendLines(page.lines, this.state.lines),
        hasBefore: page.hasBefore,
        droppedCount: page.droppedCount,
      });
    });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getState = (): LogTailState => this.state;

  private async join(): Promise<void> {
    const { runId, nodeKey } = this.query;
    try {
      const reply = await this.transport.call('watchLogs', { runId, nodeKey });
      if (!reply.ok || this.isClosed) return;
    } catch {
      // The channel is down again; the next connection joins anew.
      return;
    }
    await this.catchUp();
  }

  /** Fetches what was written between the last page and the join. */
  private async catchUp(): Promise<void> {
    const newest = this.state.lines[this.state.lines.length - 1];
    if (!newest) return this.state.isLoading ? undefined : this.loadTail();
    await this.attempt(async () => {
      const page = await this.load({ ...this.query, after: newest.id, limit: PAGE_SIZE });
      this.set({ lines: appendLines(this.state.lines, page.lines) });
    });
  }

  private receive(lines: readonly LiveLogLine[], dropped: number): void {
    const wanted = lines.filter((line) => passesFilter(line, this.query.filter));
    if (wanted.length === 0 && dropped === 0) return;
    this.set({
      lines: appendLines(this.state.lines, wanted),
      droppedCount: this.state.droppedCount + dropped,
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.set({ isLoading: false, error: null });
    } catch (error) {
      this.set({ isLoading: false, error: toApiError(error) });
    }
  }

  private set(change: Partial<LogTailState>): void {
    if (this.isClosed) return;
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
