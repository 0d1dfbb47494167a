import type { LiveNode, LiveServerEvents, LiveWaitReason, RunDelta } from '@heddle/protocol';
import type { LiveNotices, LiveRequests, LiveTransport } from './live-client.js';
import type { RunView } from './run-view.js';

/** A node run in the given state. */
export function aNode(key: string, state = 'pending', attempt = 0): LiveNode {
  return {
    key,
    state,
    attempt,
    worker: null,
    queuedAt: null,
    startedAt: null,
    endedAt: null,
    dueAt: null,
    error: null,
    verdicts: null,
    by: null,
    waitingFor: null,
    hold: null,
    children: null,
    reusedFrom: null,
  };
}

/** A run with these nodes, as it stood at `seq`. */
export function aView(seq: number, nodes: LiveNode[] = []): RunView {
  return {
    id: '7',
    state: 'running',
    seq,
    startedAt: null,
    endedAt: null,
    error: null,
    warnings: [],
    holds: [],
    isCompensating: false,
    nodes: new Map(nodes.map((node) => [node.key, node])),
    reasons: new Map(),
  };
}

/** A reason of this kind. */
export function aReason(kind: string, rest: Partial<LiveWaitReason> = {}): LiveWaitReason {
  return { kind, message: `It waits: ${kind}.`, nodeKeys: [], until: null, facts: {}, ...rest };
}

/** The step `seq` that changed these nodes. */
export function aDelta(seq: number, nodes: LiveNode[] = [], run?: RunDelta['run']): RunDelta {
  return { seq, at: '2026-01-01T00:00:00.000Z', nodes, ...(run ? { run } : {}) };
}

type Handler = (message: never) => void;
type Answer = (request: unknown) => Promise<unknown>;

/** The far end of the live channel, driven by a spec. */
export class FakeTransport implements LiveTransport {
  isConnected = true;
  readonly calls: { event: string; request: unknown }[] = [];
  readonly notices: { event: string; request: unknown }[] = [];
  private readonly handlers = new Map<string, Set<Handler>>();
  private readonly connectionHandlers = new Set<(isConnected: boolean) => void>();

  /** What the server answers to each call. */
  constructor(private readonly answer: Answer) {}

  call<K extends keyof LiveRequests>(event: K, request: LiveRequests[K]['request']) {
    this.calls.push({ event, request });
    return this.answer(request) as Promise<LiveRequests[K]['reply']>;
  }

  notify<K extends keyof LiveNotices>(event: K, request: LiveNotices[K]): void {
    this.notices.push({ event, request });
  }

  on<K extends keyof LiveServerEvents>(
    event: K,
    handler: (message: Parameters<LiveServerEvents[K]>[0]) => void,
  ): () => void {
    const set = this.handlers.get(event) ?? new Set();
    this.handlers.set(event, set.add(handler as Handler));
    return () => set.delete(handler as Handler);
  }

  onConnection(handler: (isConnected: boolean) => void): () => void {
    this.connectionHandlers.add(handler);
    handler(this.isConnected);
    return () => this.connectionHandlers.delete(handler);
  }

  /** A message from the server. */
  emit<K extends keyof LiveServerEvents>(
    event: K,
    message: Parameters<LiveServerEvents[K]>[0],
  ): void {
    for (const handler of this.handlers.get(event) ?? []) handler(message as never);
  }

  /** The channel goes down or comes back. */
  setConnected(isConnected: boolean): void {
    this.isConnected = isConnected;
    for (const handler of this.connectionHandlers) handler(isConnected);
  }
}
