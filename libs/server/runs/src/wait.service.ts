import { Inject, Injectable } from '@nestjs/common';
import type { Json } from '@heddle/kernel';
import { isOpen, waitReasons, type DispatchFacts, type WaitReason } from '@heddle/engine';
import type { LiveWaitReason } from '@heddle/protocol';
import { RunReader, WorkerStore, tasksBefore, Database, type TaskRow } from '@heddle/store';
import { PipelineService } from './pipeline/pipeline.service.js';
import { RunStates, type KnownRun } from './run-states.js';

/** Queued tasks whose place in the queue is counted. */
const POSITIONS_MAX = 50;

/** Why the nodes of a run have not ended, by node key. */
export type ReasonsByNode = ReadonlyMap<string, LiveWaitReason[]>;

/** Answers "why is it waiting?": the engine's reasons, with what only the server knows of workers. */
@Injectable()
export class WaitService {
  constructor(
    private readonly states: RunStates,
    private readonly pipeline: PipelineService,
    @Inject(Database) private readonly database: Database,
    @Inject(RunReader) private readonly reader: RunReader,
    @Inject(WorkerStore) private readonly workers: WorkerStore,
  ) {}

  /** Reasons of all nodes that have not ended, or of the first `limit` of them. Empty when there is no such run. */
  async reasons(runId: string, limit = Infinity): Promise<ReasonsByNode> {
    const known = this.pipeline.peek(runId) ?? (await this.#load(runId));
    const reasons = new Map<string, LiveWaitReason[]>();
    if (!known) return reasons;
    const { graph, state, namespaceId } = known;
    const facts = await this.#facts(runId, namespaceId);
    for (const key of graph.nodes.keys()) {
      if (reasons.size >= limit) break;
      const node = state.nodes.get(key);
      if (node && !isOpen(node.state)) continue;
      const found = waitReasons(graph, state, key, facts);
      if (found.length > 0) reasons.set(key, found.map(toWaitReason));
    }
    return reasons;
  }

  /** Loading a run whole is dear: one that has ended has no reasons. */
  async #load(runId: string): Promise<KnownRun | null> {
    const run = await this.reader.find(runId);
    return run && run.endedAt === null ? this.states.load(runId) : null;
  }

  /** What is known of the workers that queued tasks wait for. */
  async #facts(runId: string, namespaceId: string): Promise<ReadonlyMap<string, DispatchFacts>> {
    const queued = (await this.reader.tasks(runId)).filter((task) => task.state === 'queued');
    if (queued.length === 0) return new Map();
    const connected = (await this.workers.serving(namespaceId)).filter(
      (worker) => worker.state === 'connected',
    );
    const facts = new Map<string, DispatchFacts>();
    for (const [i, task] of queued.entries()) {
      const inGroup = connected.filter((worker) => worker.group === task.group);
      const matching = inGroup.filter((worker) =>
        worker.executors.some(({ name }) => name === task.executor),
      );
      const free = matching.map((worker) => Math.max(0, worker.slots - worker.slotsInUse));
      facts.set(task.nodeKey, {
        workersInGroup: inGroup.length,
        workersMatching: matching.length,
        freeSlots: free.reduce((sum, count) => sum + count, 0),
        queuePosition: i < POSITIONS_MAX ? await this.#position(task) : null,
      });
    }
    return facts;
  }

  async #position(task: TaskRow): Promise<number> {
    return (await tasksBefore(this.database, task)) + 1;
  }
}

/** Names of the API for the engine's finer ones. */
const KINDS: Partial<Record<WaitReason['kind'], string>> = {
  runQueued: 'run',
  iteration: 'time',
  queuePosition: 'queue',
  queued: 'queue',
  running: 'task',
  undo: 'compensation',
};

/** GraphQL `WaitReason`, and what the live channel sends. */
function toWaitReason({ kind, message, nodeKey, ...facts }: WaitReason): LiveWaitReason {
  const open = 'open' in facts ? facts.open.map((source) => source.nodeKey) : [];
  const until =
    ('until' in facts && facts.until) ||
    ('dueAt' in facts && facts.dueAt) ||
    ('expiresAt' in facts && facts.expiresAt) ||
    null;
  return {
    kind: KINDS[kind] ?? kind,
    message,
    nodeKeys: open.length > 0 ? open : [nodeKey],
    until: until === null ? null : new Date(until).toISOString(),
    facts: { ...facts, nodeKey } as unknown as Json,
  };
}
