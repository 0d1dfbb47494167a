import type { LiveClientEvents, LiveReply, LiveServerEvents } from '@heddle/protocol';
import { io, type Socket } from 'socket.io-client';

/** How long the server may take to answer a join. */
const ANSWER_MS_MAX = 8_000;
const RECONNECT_MS_MAX = 5_000;

/** Requests that the server answers. */
export interface LiveRequests {
  watchRun: { request: { runId: string; afterSeq: number }; reply: WatchRunReply };
  watchLogs: { request: { runId: string; nodeKey: string }; reply: LiveReply<object> };
  watchNamespace: { request: { namespace: string }; reply: LiveReply<object> };
}

/** Answer to `watchRun`. */
export type WatchRunReply = Parameters<Parameters<LiveClientEvents['watchRun']>[1]>[0];

/** Requests without an answer. */
export interface LiveNotices {
  unwatchRun: { runId: string };
  unwatchLogs: { runId: string; nodeKey: string };
  unwatchNamespace: { namespace: string };
}

/** The live channel as the watchers need it: typed calls, typed messages, and whether it is up. */
export interface LiveTransport {
  readonly isConnected: boolean;
  /** Rejects when the channel is down or the server stays silent. */
  call<K extends keyof LiveRequests>(
    event: K,
    request: LiveRequests[K]['request'],
  ): Promise<LiveRequests[K]['reply']>;
  notify<K extends keyof LiveNotices>(event: K, request: LiveNotices[K]): void;
  on<K extends keyof LiveServerEvents>(
    event: K,
    handler: (message: Parameters<LiveServerEvents[K]>[0]) => void,
  ): () => void;
  /** Called at once with the present state and after each change. */
  onConnection(handler: (isConnected: boolean) => void): () => void;
}

/** The page's one socket.io connection, opened at first use and reopened with backoff for as long as the page lives. */
export class LiveClient implements LiveTransport {
  private readonly socket: Socket;
  private readonly connectionHandlers = new Set<(isConnected: boolean) => void>();

  constructor() {
    this.socket = io({
      path: '/live',
      withCredentials: true,
      transports: ['websocket', 'polling'],
      reconnectionDelayMax: RECONNECT_MS_MAX,
    });
    this.socket.on('connect', () => this.tell(true));
    this.socket.on('disconnect', () => this.tell(false));
  }

  get isConnected(): boolean {
    return this.socket.connected;
  }

  async call<K extends keyof LiveRequests>(
    event: K,
    request: LiveRequests[K]['request'],
  ): Promise<LiveRequests[K]['reply']> {
    const reply: unknown = await this.socket.timeout(ANSWER_MS_MAX).emitWithAck(event, request);
    return reply as LiveRequests[K]['reply'];
  }

  notify<K extends keyof LiveNotices>(event: K, request: LiveNotices[K]): void {
    if (this.socket.connected) this.socket.emit(event, request);
  }

  on<K extends keyof LiveServerEvents>(
    event: K,
    handler: (message: Parameters<LiveServerEvents[K]>[0]) => void,
  ): () => void {
    const listener = handler as (message: unknown) => void;
    this.socket.on(event as string, listener);
    return () => this.socket.off(event as string, listener);
  }

  onConnection(handler: (isConnected: boolean) => void): () => void {
    this.connectionHandlers.add(handler);
    handler(this.isConnected);
    return () => this.connectionHandlers.delete(handler);
  }

  /** Connects anew: needed after sign-in, when the cookie of the first handshake was another one. */
  reconnect(): void {
    this.socket.disconnect().connect();
  }

  close(): void {
    this.socket.disconnect();
  }

  private tell(isConnected: boolean): void {
    for (const handler of this.connectionHandlers) handler(isConnected);
  }
}
