import { Injectable } from '@nestjs/common';
import { assertNever } from '@heddle/kernel';
import type { Server } from 'socket.io';
import type {
  LiveClientEvents,
  LiveLogLine,
  LiveServerEvents,
  LiveWaitReason,
  RunDelta,
} from '@heddle/protocol';
import { WorkerFeed } from '@heddle/server-dispatch';
import { LogFeed, type LogDrop, type WrittenLine } from '@heddle/server-logs';
import {
  NoticeFeed,
  RunFeed,
  levelName,
  toRunDelta,
  type CommittedStep,
  type Notice,
} from '@heddle/server-runs';
import { Outbox } from './outbox.js';
import { logRoom, namespaceRoom, runRoom } from './rooms.js';

export type LiveServer = Server<LiveClientEvents, LiveServerEvents>;
type Message<Event extends keyof LiveServerEvents> = Parameters<LiveServerEvents[Event]>[0];
type ChangedRun = Message<'runsChanged'>['runs'][number];
type TaskProgress = Message<'progress'>['tasks'][number];

/** Entries of one list message; a viewer refreshes its list anyway. */
const CHANGED_RUNS_MAX = 200;

/** Turns what the features report into messages for rooms that somebody is in. */
@Injectable()
export class LivePublisher {
  #server: LiveServer | null = null;
  /** Last step that the viewers of a run were sent, or found when they joined. */
  readonly #sentSeqs = new Map<string, number>();
  readonly #names = new Map<string, string>();
  /** What the viewers of a run were told last, as text by node key. */
  readonly #reasons = new Map<string, Map<string, string>>();

  readonly #deltas = new Outbox<RunDelta, RunDelta[]>(
    (gathered = [], delta) => {
      gathered.push(delta);
      return gathered;
    },
    (room, deltas) => this.#server?.to(room).emit('runDeltas', { runId: room.slice(4), deltas }),
  );
  readonly #runs = new Outbox<ChangedRun, Map<string, ChangedRun>>(
    (gathered = new Map<string, ChangedRun>(), run) =>
      gathered.size < CHANGED_RUNS_MAX || gathered.has(run.id)
        ? gathered.set(run.id, run)
        : gathered,
    (room, runs) =>
      this.#server
        ?.to(room)
        .emit('runsChanged', { namespace: this.#nameOf(room), runs: [...runs.values()] }),
  );
  readonly #workers = new Outbox<null, null>(
    () => null,
    (room) => this.#server?.to(room).emit('workersChanged', { namespace: this.#nameOf(room) }),
  );
  readonly #progress = new Outbox<TaskProgress, Map<string, TaskProgress>>(
    (gathered = new Map<string, TaskProgress>(), task) =>
      gathered.set(`${task.nodeKey}/${task.attempt}`, task),
    (room, tasks) =>
      this.#server?.to(room).emit('progress', { runId: room.slice(4), tasks: [...tasks.values()] }),
  );
  readonly #lines = new Outbox<
    LogItem,
    { runId: string; nodeKey: string; lines: LiveLogLine[]; dropped: number }
  >(
    (gathered, { runId, nodeKey, line, dropped }) => {
      const message = gathered ?? { runId, nodeKey, lines: [], dropped: 0 };
      if (line) message.lines.push(line);
      message.dropped += dropped;
      return message;
    },
    (room, message) => this.#server?.to(room).emit('logLines', message),
  );

  constructor(runs: RunFeed, logs: LogFeed, workers: WorkerFeed, notices: NoticeFeed) {
    notices.listen((notice) => this.#onNotice(notice));
    runs.listen((steps) => this.#onSteps(steps));
    logs.listen((lines, drops) => this.#onLines(lines, drops));
    workers.watch({
      workersChanged: (namespaceId) =>
        namespaceId && this.#offer(this.#workers, namespaceRoom(namespaceId), null),
      progress: ({ runId, nodeKey, attempt }, percent, message) =>
        this.#offer(this.#progress, runRoom(runId), { nodeKey, attempt, percent, message }),
    });
  }

  bind(server: LiveServer): void {
    this.#server = server;
  }

  /** Remembers the name of a namespace whose room somebody joins; messages carry names. */
  nameNamespace(id: string, name: string): void {
    this.#names.set(namespaceRoom(id), name);
  }

  #nameOf(room: string): string {
    return this.#names.get(room) ?? '';
  }

  hasListeners(room: string): boolean {
    return (this.#server?.of('/').adapter.rooms.get(room)?.size ?? 0) > 0;
  }

  #offer<Item, Gathered>(outbox: Outbox<Item, Gathered>, room: string, item: Item): void {
    if (this.hasListeners(room)) outbox.add(room, item);
  }

  /** Last step that the viewers of a run know; undefined before the first one has caught up. */
  sentSeq(runId: string): number | undefined {
    return this.#sentSeqs.get(runId);
  }

  /** A viewer was brought up to this step by the answer to its join. The first one's step is where sending begins. */
  caughtUp(runId: string, seq: number): void {
    if (!this.#sentSeqs.has(runId)) this.#sentSeqs.set(runId, seq);
  }

  /** The last listener has left the room. */
  forget(room: string): void {
    if (!room.startsWith(runRoom(''))) return;
    const runId = room.slice(runRoom('').length);
    this.#sentSeqs.delete(runId);
    this.#reasons.delete(runId);
  }

  /** Sends a step that this or another server committed, unless it was sent before. */
  sendDelta(runId: string, delta: RunDelta): void {
    const room = runRoom(runId);
    if (!this.hasListeners(room) || delta.seq <= (this.#sentSeqs.get(runId) ?? 0)) return;
    this.#sentSeqs.set(runId, delta.seq);
    this.#deltas.add(room, delta);
  }

  #onNotice(notice: Notice): void {
    const room = namespaceRoom(notice.namespaceId);
    if (!this.hasListeners(room)) return;
    const namespace = this.#nameOf(room);
    switch (notice.kind) {
      case 'approvalsChanged':
        return void this.#server?.to(room).emit(notice.kind, { namespace });
      case 'bulkChanged':
        return void this.#server?.to(room).emit(notice.kind, { namespace, id: notice.id });
      case 'runChanged': {
        const { id, workflowId, state } = notice;
        return this.#runs.add(room, { id, workflowId, state });
      }
      default:
        assertNever(notice);
    }
  }

  /** Why nodes of a watched run have not ended: those of which something else is said than before. */
  sendReasons(runId: string, reasons: ReadonlyMap<string, LiveWaitReason[]>): void {
    const room = runRoom(runId);
    const said = this.#reasons.get(runId) ?? new Map<string, string>();
    this.#reasons.set(runId, said);
    const nodes: Record<string, LiveWaitReason[]> = {};
    for (const [key, list] of reasons) {
      const text = JSON.stringify(list);
      if (said.get(key) === text) continue;
      said.set(key, text);
      nodes[key] = list;
    }
    for (const key of said.keys()) {
      if (reasons.has(key)) continue;
      said.delete(key);
      nodes[key] = [];
    }
    if (Object.keys(nodes).length > 0) this.#server?.to(room).emit('waitReasons', { runId, nodes });
  }

  #onSteps(steps: readonly CommittedStep[]): void {
    for (const step of steps) {
      // An approval that was asked for or decided: its prompt stays on the node.
      for (const { prompt } of step.nodes.values())
        if (prompt !== null) this.#onNotice({ kind: 'approvalsChanged', ...step });
      if (this.hasListeners(runRoom(step.runId))) this.sendDelta(step.runId, toRunDelta(step));
      const { state } = step.run;
      if (state === undefined || step.isChild) continue;
      const run = { id: step.runId, workflowId: step.workflowId, state };
      this.#offer(this.#runs, namespaceRoom(step.namespaceId), run);
    }
  }

  #onLines(lines: readonly WrittenLine[], drops: readonly LogDrop[]): void {
    for (const { runId, nodeKey, id, attempt, atMs, level, message, fields } of lines) {
      const line = {
        id,
        attempt,
        at: new Date(atMs).toISOString(),
        level: levelName(level),
        message,
        fields,
      };
      this.#offer(this.#lines, logRoom(runId, nodeKey), { runId, nodeKey, line, dropped: 0 });
    }
    for (const { runId, nodeKey, count } of drops)
      this.#offer(this.#lines, logRoom(runId, nodeKey), {
        runId,
        nodeKey,
        line: null,
        dropped: count,
      });
  }
}

interface LogItem {
  runId: string;
  nodeKey: string;
  line: LiveLogLine | null;
  dropped: number;
}
