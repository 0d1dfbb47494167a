import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { generateWfLike, importWfCommons, WF_LIKE_COLLECTION } from '@heddle/graph';
import type { JsonObject } from '@heddle/kernel';
import { mustCompile, runToEnd, type World } from './index.js';

const MEASURED = join(fileURLToPath(new URL('../../..', import.meta.url)), '..', 'shared', 'dags');

interface Source {
  name: string;
  json: { tasks: { id: string; parents: string[]; runtimeSeconds: number }[] };
}

/**
 * The measured workflows beside the repository, or generated ones of the same sizes and shapes in a
 * clone that has none.
 */
function sources(): Source[] {
  const files = existsSync(MEASURED)
    ? readdirSync(MEASURED).filter((file) => file.endsWith('.json'))
    : [];
  if (files.length === 0) {
    console.info(
      `No ../shared/dags beside this clone: ${WF_LIKE_COLLECTION.length} generated workflows stand in.`,
    );
    return WF_LIKE_COLLECTION.map(({ name, shape, size }) => ({
      name,
      json: generateWfLike(shape, size, 1),
    }));
  }
  console.info(`${files.length} measured workflows from ../shared/dags.`);
  return files.map((file) => ({
    name: file,
    json: JSON.parse(readFileSync(join(MEASURED, file), 'utf8')) as Source['json'],
  }));
}

/** Every job sleeps for the time in its input, as `demo.sleep` does. */
const sleepers: World = {
  outcomeOf: (_key, _attempt, input) => ({ kind: 'succeeds', output: input }),
  durationMs: (_key, _attempt, input) => (input as JsonObject)['ms'] as number,
};

describe('real workflow graphs', { timeout: 180_000 }, () => {
  it.each(sources())(
    '$name is imported and runs to its end in the order of its parents',
    ({ json }) => {
      const imported = importWfCommons(json, {
        secondsScale: 1_000,
        group: 'demo',
        executor: 'demo.sleep',
      });
      if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
      const edgeCount = json.tasks.reduce((sum, task) => sum + task.parents.length, 0);
      expect(imported).toMatchObject({ taskCount: json.tasks.length, edgeCount });

      const { state, starts, makespanMs } = runToEnd(mustCompile(imported.graph), {}, sleepers);
      expect(state.state).toBe('succeeded');
      expect(starts).toHaveLength(json.tasks.length);

      // Keys are made from ids; the task's own name stands in its input.
      const taskOf = new Map(
        imported.graph.nodes.map((node) => [
          node.key,
          (node.config['input'] as JsonObject)['task'] as string,
        ]),
      );
      const startedAt = new Map(starts.map(({ nodeKey, at }) => [taskOf.get(nodeKey), at]));
      const endedAt = new Map(
        [...state.nodes.values()].map((node) => [taskOf.get(node.key), node.endedAt as number]),
      );
      for (const { id, parents } of json.tasks) {
        const ready = Math.max(0, ...parents.map((parent) => endedAt.get(parent) as number));
        expect([id, startedAt.get(id)]).toEqual([id, ready]);
      }
      expect(makespanMs).toBe(longestPathMs(json.tasks));
    },
  );
});

/** With a worker for every job, a run takes as long as its longest path. */
function longestPathMs(tasks: Source['json']['tasks']): number {
  const ends = new Map<string, number>();
  const left = new Set(tasks);
  while (left.size > 0) {
    for (const task of left) {
      if (!task.parents.every((parent) => ends.has(parent))) continue;
      const start = Math.max(0, ...task.parents.map((parent) => ends.get(parent) as number));
      ends.set(task.id, start + Math.round(task.runtimeSeconds * 1_000));
      left.delete(task);
    }
  }
  return Math.max(...ends.values());
}
