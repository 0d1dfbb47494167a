import { setTimeout as delay } from 'node:timers/promises';
import { executor, type Executor } from '@heddle/worker-sdk';

/** Longest sleep: a day. */
const SLEEP_MS_MAX = 86_400_000;

/** Stands in for a measured task of an imported workflow: takes as long, holds a slot, does nothing else. */
export function sleepJob(): Executor<{ ms: number; task?: string }> {
  return executor('demo.sleep', {
    description: 'Sleeps for the given time, as a task of an imported workflow would take.',
    inputSchema: {
      type: 'object',
      title: 'Sleep',
      required: ['ms'],
      properties: {
        ms: { type: 'number', title: 'Milliseconds', minimum: 0, maximum: SLEEP_MS_MAX },
        task: { type: 'string', title: 'Name of the task' },
      },
    },
    async run({ ms, task }: { ms: number; task?: string }, ctx) {
      ctx.log.info(`${task ?? 'a task'} takes ${Math.round(ms)} ms`);
      await delay(ms, undefined, { signal: ctx.signal });
      return { task: task ?? null, sleptMs: ms };
    },
  });
}
