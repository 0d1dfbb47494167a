import {
  TASK_MOVES,
  type AttemptRecord,
  type Effect,
  type TaskState,
  type TimerKind,
} from '@heddle/engine';
import { SimulationFailure } from './failure.js';

/** One task as the server's table would hold it. */
export interface SimTask {
  nodeKey: string;
  attempt: number;
  state: TaskState;
  /** Deliveries of it to a worker: results carry the fence they were leased under. */
  fence: number;
}

/** One armed timer. */
export interface SimTimer {
  timer: TimerKind;
  nodeKey: string | null;
  attempt: number;
  dueAt: number;
}

/** Names one child run within its parent. */
export interface SimChildPlace {
  nodeKey: string;
  generation: number;
  index: number;
  try: number;
}

/** One child run as its parent asked for it. */
export interface SimChild extends SimChildPlace {
  isCanceling: boolean;
}

/** Name of a child run. */
export function childId({ nodeKey, generation, index, try: tryNumber }: SimChildPlace): string {
  return `${nodeKey}/${generation}/${index}/${tryNumber}`;
}

/**
 * What the server keeps beside the run's state: tasks and timers, moved by effects only, each move
 * checked.
 */
export class TaskTable {
  readonly tasks = new Map<string, SimTask>();
  readonly timers = new Map<string, SimTimer>();
  /** Attempts that have ended: their records are final. */
  private readonly ended = new Set<string>();
  /** Every child run that was ever asked for. */
  readonly children = new Map<string, SimChild>();

  apply(effects: readonly Effect[]): void {
    for (const effect of effects) this.applyOne(effect);
  }

  /** Notes how attempts stand. */
  record(attempts: readonly AttemptRecord[]): void {
    for (const { nodeKey, number: attempt, endedAt } of attempts) {
      const id = taskId({ nodeKey, attempt });
      if (this.ended.has(id)) throw new SimulationFailure('attempt', `${id} had ended already`);
      if (endedAt !== null) this.ended.add(id);
    }
  }

  private applyOne(effect: Effect): void {
    switch (effect.type) {
      case 'queueTask':
        return this.queue(effect.nodeKey, effect.attempt);
      case 'cancelTask':
        return this.move(effect, 'canceled');
      case 'requeueTask':
        return this.move(effect, 'queued');
      case 'endTask':
        return this.move(effect, effect.state);
      case 'armTimer':
        this.timers.set(timerId(effect.timer, effect.nodeKey), effect);
        return;
      case 'disarmTimer':
        this.timers.delete(timerId(effect.timer, effect.nodeKey));
        return;
      case 'startChild':
        return this.startChild(effect);
      case 'cancelChildren':
        for (const child of this.childrenOf(effect.nodeKey, effect.generation)) {
          child.isCanceling = true;
        }
    }
  }

  private startChild({ nodeKey, generation, index, try: tryNumber }: SimChildPlace): void {
    const child = { nodeKey, generation, index, try: tryNumber, isCanceling: false };
    const id = childId(child);
    if (this.children.has(id)) throw new SimulationFailure('child', `${id} was started twice`);
    this.children.set(id, child);
  }

  /** Child runs of a node that have been asked for and not told to have ended. */
  private childrenOf(nodeKey: string, generation: number): SimChild[] {
    return [...this.children.values()].filter(
      (child) => child.nodeKey === nodeKey && child.generation === generation,
    );
  }

  private queue(nodeKey: string, attempt: number): void {
    const id = taskId({ nodeKey, attempt });
    const earlier = this.tasks.get(id);
    // A task that was taken out of the queue because of a hold comes back as a new one.
    if (earlier && earlier.state !== 'canceled') {
      throw new SimulationFailure('task', `${id} was queued twice`);
    }
    this.tasks.set(id, { nodeKey, attempt, state: 'queued', fence: earlier?.fence ?? 0 });
  }

  /** The engine accepted a lease. */
  lease(of: { nodeKey: string; attempt: number }): void {
    this.move(of, 'leased');
    (this.tasks.get(taskId(of)) as SimTask).fence++;
  }

  private move(of: { nodeKey: string; attempt: number }, to: TaskState): void {
    const task = this.tasks.get(taskId(of));
    if (!task)
      throw new SimulationFailure('task', `there is no task ${taskId(of)} to become ${to}`);
    const allowed: readonly TaskState[] = TASK_MOVES[task.state];
    if (!allowed.includes(to)) {
      throw new SimulationFailure('TASK_MOVES', `${taskId(of)} went from ${task.state} to ${to}`);
    }
    task.state = to;
  }

  open(): SimTask[] {
    return [...this.tasks.values()].filter(
      (task) => task.state === 'queued' || task.state === 'leased',
    );
  }
}

/** Name of a task in messages. */
export function taskId({ nodeKey, attempt }: { nodeKey: string; attempt: number }): string {
  return `${nodeKey}#${attempt}`;
}

/** Name of a timer: one per kind and node. */
export function timerId(timer: TimerKind, nodeKey: string | null): string {
  return `${timer} ${nodeKey ?? ''}`;
}
