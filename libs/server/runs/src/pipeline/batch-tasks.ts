import type { Effect } from '@heddle/engine';
import { toOffer, type CommittedLease } from '@heddle/server-dispatch';
import type { TaskRow } from '@heddle/store';
import type { BatchCore } from './batch-core.js';
import type { CachedRun } from './run-cache.js';

/** What a batch does with tasks: queues, leases and ends them. */
export class BatchTasks {
  /** To do after the commit. */
  readonly leases: CommittedLease[] = [];
  readonly cancels: TaskRow[] = [];
  /** Queued tasks that found no free slot. */
  readonly waiting: TaskRow[] = [];

  constructor(private readonly core: BatchCore) {}

  queue(run: CachedRun, effect: Extract<Effect, { type: 'queueTask' }>): void {
    // A node that a hold took out of the queue goes on from there.
    const node = run.state.nodes.get(effect.nodeKey);
    const task: TaskRow = {
      id: this.core.deps.nextTaskId(),
      runId: run.record.id,
      nodeKey: effect.nodeKey,
      attempt: effect.attempt,
      namespaceId: run.record.namespaceId,
      group: effect.group,
      executor: effect.executor,
      state: 'queued',
      fence: 0,
      workerId: null,
      worker: null,
      priority: effect.priority,
      timeoutMs: effect.timeoutMs,
      queuedAt: node?.queuedAt ?? this.core.at,
      leasedAt: null,
      lossCount: node?.leaseLossCount ?? 0,
      input: effect.input,
    };
    run.tasks.set(task.nodeKey, task);
    this.core.writes.addTask(task);
    this.lease(run, task);
  }

  requeue(run: CachedRun, nodeKey: string): void {
    const task = run.tasks.get(nodeKey);
    if (!task) return;
    this.core.undo.push(this.core.deps.dispatch.release(task.workerId, task.id));
    const lossCount = run.state.nodes.get(nodeKey)?.leaseLossCount ?? 0;
    const queued: TaskRow = {
      ...task,
      state: 'queued',
      workerId: null,
      worker: null,
      leasedAt: null,
      lossCount,
    };
    run.tasks.set(nodeKey, queued);
    this.core.writes.changeTask(queued);
    this.lease(run, queued);
  }

  end(run: CachedRun, effect: Extract<Effect, { type: 'endTask' | 'cancelTask' }>): void {
    const task = run.tasks.get(effect.nodeKey);
    if (!task || task.attempt !== effect.attempt) return;
    run.tasks.delete(effect.nodeKey);
    this.core.writes.endTask(task);
    if (effect.type === 'cancelTask') this.cancels.push(task);
    else this.core.undo.push(this.core.deps.dispatch.release(task.workerId, task.id));
  }

  /** Leases a queued task in this very commit when a worker of this server has a free slot. */
  lease(run: CachedRun, task: TaskRow): boolean {
    const session = this.core.deps.dispatch.choose(task);
    if (!session) {
      this.waiting.push(task);
      return false;
    }
    const leased: TaskRow = {
      ...task,
      state: 'leased',
      fence: task.fence + 1,
      workerId: session.workerId,
      worker: session.name,
      leasedAt: this.core.at,
    };
    // Before the step: what it writes depends on the task's row.
    run.tasks.set(task.nodeKey, leased);
    const refusal = this.core.step(run, {
      type: 'taskLeased',
      nodeKey: task.nodeKey,
      attempt: task.attempt,
      worker: session.name,
    });
    if (refusal) {
      run.tasks.set(task.nodeKey, task);
      return false;
    }
    this.core.undo.push(this.core.deps.dispatch.hold(session, leased));
    this.core.writes.changeTask(leased);
    const names = { workflow: run.record.workflowName, namespace: run.record.namespace };
    this.leases.push({ task: leased, offer: toOffer(leased, leased.input, names) });
    return true;
  }

  /** Gives slots that are free by now to tasks that wait, those of this server's memory. */
  fillSlots(): void {
    const { queue, dispatch, cache } = this.core.deps;
    for (const line of queue.lines()) {
      while (dispatch.choose(line)) {
        const entry = queue.shift(line);
        if (!entry) break;
        const run = this.core.runs.get(entry.runId) ?? cache.get(entry.runId);
        const task = run?.tasks.get(entry.nodeKey);
        if (!run || task?.id !== entry.taskId || task.state !== 'queued') continue;
        this.core.runs.set(entry.runId, run);
        this.lease(run, task);
      }
    }
  }

  /** Leases tasks that waited in the database. @returns how many. */
  async leaseClaimed(claimed: readonly { taskId: string; runId: string }[]): Promise<number> {
    await this.core.bring(claimed.map((claim) => claim.runId));
    let count = 0;
    for (const { taskId, runId } of claimed) {
      const run = this.core.runs.get(runId);
      const task = run && [...run.tasks.values()].find((t) => t.id === taskId);
      if (run && task?.state === 'queued' && this.lease(run, task)) count += 1;
    }
    return count;
  }
}
