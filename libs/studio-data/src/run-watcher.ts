import type { LiveNode, LiveWaitReason, RunDelta } from '@heddle/protocol';
import { type HeddleApiError, toApiError } from './api.js';
import type { LiveTransport, WatchRunReply } from './live-client.js';
import { applyRunDeltas, applyWaitReasons, type RunView } from './run-view.js';

/** Joins in a row that may bring nothing before the snapshot is loaded again. */
const FRUITLESS_JOINS_MAX = 2;
/** Times that the snapshot is loaded again before the next message has to try. */
const RELOADS_MAX = 3;
/** Deltas kept while a join is on its way; more than this means the snapshot is cheaper. */
const PENDING_DELTAS_MAX = 5_000;
const NO_REASONS: readonly LiveWaitReason[] = [];

/** `loading`: no snapshot yet. `joining`: on the way into the room. `live`: in it. `stale`: the channel is down, the view may be old. */
export type WatchStatus = 'loading' | 'joining' | 'live' | 'stale' | 'failed';

interface RunWatcherOptions {
  runId: string;
  transport: LiveTransport;
  loadSnapshot: () => Promise<RunView>;
}

/**
 * Keeps one run's view up to date: snapshot, room, deltas in order. A gap joins again with the last sequence number;
 * `reset` or repeated gaps load the snapshot again. Listeners of one node are called only when that node changed.
 */
export class RunWatcher {
  view: RunView | null = null;
  status: WatchStatus = 'loading';
  error: HeddleApiError | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly nodeListeners = new Map<string, Set<() => void>>();
  private readonly closers: (() => void)[] = [];
  private pending: RunDelta[] = [];
  private isJoining = false;
  private isLoading = false;
  private isClosed = false;
  /** Whether connections are followed, and so joins happen by themselves. */
  private isFollowing = false;

  constructor(private readonly options: RunWatcherOptions) {}

  /** Begins watching; call once. */
  start(): void {
    const { transport, runId } = this.options;
    this.closers.push(
      transport.on('runDeltas', (message) => {
        if (message.runId === runId) this.receive(message.deltas);
      }),
      transport.on('waitReasons', (message) => {
        if (message.runId === runId) this.receiveReasons(message.nodes);
      }),
    );
    void this.reload().then(() => {
      if (this.isClosed) return;
      this.isFollowing = true;
      this.closers.push(
        transport.onConnection((isConnected) => this.connectionChanged(isConnected)),
      );
    });
  }

  /** Leaves the room and forgets all listeners. */
  close(): void {
    this.isClosed = true;
    for (const close of this.closers) close();
    this.options.transport.notify('unwatchRun', { runId: this.options.runId });
    this.listeners.clear();
    this.nodeListeners.clear();
  }

  /** Loads the snapshot again, after an action or while the channel is down. */
  async reload(): Promise<void> {
    if (this.isLoading) return;
    this.isLoading = true;
    const isFirst = this.view === null;
    try {
      const view = await this.options.loadSnapshot();
      if (!this.view || view.seq >= this.view.seq) this.replace(view);
      this.error = null;
    } catch (error) {
      this.error = toApiError(error);
      if (!this.view) this.status = 'failed';
      this.tell();
    } finally {
      this.isLoading = false;
    }
    // A first snapshot that came by a second try has no room yet.
    if (isFirst && this.isFollowing && this.options.transport.isConnected) await this.join();
  }

  /** For a view that may be old: loads the snapshot and, when the channel is up, joins again. */
  async refreshStale(): Promise<void> {
    if (this.status !== 'stale') return;
    await this.reload();
    if (this.options.transport.isConnected) await this.join();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  subscribeNode = (key: string, listener: () => void): (() => void) => {
    const set = this.nodeListeners.get(key) ?? new Set();
    this.nodeListeners.set(key, set.add(listener));
    return () => set.delete(listener);
  };

  getNode = (key: string): LiveNode | undefined => this.view?.nodes.get(key);

  /** Why a node has not ended; the same list as long as nothing new was said of it. */
  getReasons = (key: string): readonly LiveWaitReason[] =>
    this.view?.reasons.get(key) ?? NO_REASONS;

  private connectionChanged(isConnected: boolean): void {
    if (isConnected) return void this.join();
    if (this.status !== 'loading' && this.status !== 'failed') this.setStatus('stale');
  }

  private receive(deltas: RunDelta[]): void {
    if (this.isJoining || !this.view) {
      this.pending.push(...deltas);
      if (this.pending.length > PENDING_DELTAS_MAX) this.pending = [];
      return;
    }
    if (this.apply(deltas)) void this.join();
  }

  private receiveReasons(said: Record<string, LiveWaitReason[]>): void {
    if (!this.view) return;
    this.view = applyWaitReasons(this.view, said);
    for (const key of Object.keys(said)) this.tellNode(key);
    this.tell();
  }

  /** Applies what fits; true when there is a gap. */
  private apply(deltas: readonly RunDelta[]): boolean {
    if (!this.view) return false;
    const result = applyRunDeltas(this.view, deltas);
    if (result.view !== this.view) {
      this.view = result.view;
      for (const key of result.changedKeys) this.tellNode(key);
      this.tell();
    }
    return result.hasGap;
  }

  private async join(): Promise<void> {
    if (this.isJoining || this.isClosed || !this.view) return;
    this.isJoining = true;
    try {
      let reloads = 0;
      for (let fruitless = 0; !this.isClosed;) {
        const before = this.view?.seq ?? 0;
        if (!(await this.joinOnce())) break;
        fruitless = (this.view?.seq ?? 0) > before ? 0 : fruitless + 1;
        if (fruitless < FRUITLESS_JOINS_MAX) continue;
        await this.reload();
        // What came meanwhile may go on from the new snapshot; nothing else would bring it again.
        if (!this.applyPending() || ++reloads >= RELOADS_MAX) break;
        fruitless = 0;
      }
    } finally {
      this.isJoining = false;
    }
  }

  /** One join; true when what it brought still left a gap. */
  private async joinOnce(): Promise<boolean> {
    const { transport, runId } = this.options;
    let reply: WatchRunReply;
    try {
      reply = await transport.call('watchRun', { runId, afterSeq: this.view?.seq ?? 0 });
    } catch {
      // The channel went down or stayed silent: it calls `connectionChanged` when it is back.
      this.setStatus('stale');
      return false;
    }
    if (this.isClosed) return false;
    if (!reply.ok) {
      this.setStatus('stale');
      return false;
    }
    if (reply.reset) await this.reload();
    const hasGap = this.applyPending(reply.deltas);
    this.setStatus('live');
    return hasGap;
  }

  /** Applies these and then what waited; true when there is a gap. */
  private applyPending(first: readonly RunDelta[] = []): boolean {
    const buffered = this.pending;
    this.pending = [];
    return this.apply([...first, ...buffered]);
  }

  private replace(view: RunView): void {
    this.view = view;
    if (this.status === 'loading' || this.status === 'failed') this.status = 'joining';
    for (const key of this.nodeListeners.keys()) this.tellNode(key);
    this.tell();
  }

  private setStatus(status: WatchStatus): void {
    if (this.status === status) return;
    this.status = status;
    this.tell();
  }

  private tellNode(key: string): void {
    for (const listener of this.nodeListeners.get(key) ?? []) listener();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
