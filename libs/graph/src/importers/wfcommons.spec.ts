import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateWfLike, importWfCommons, WF_LIKE_COLLECTION, WF_SHAPES } from '../index.js';

const options = { secondsScale: 10, group: 'demo', executor: 'demo.sleep' };

const schema15 = {
  name: 'tiny',
  schemaVersion: '1.5',
  workflow: {
    specification: {
      tasks: [
        { name: 'split', id: 'split.1:x', parents: [], children: ['w1'] },
        { name: 'work', id: 'w1', parents: ['split.1:x'], children: [] },
      ],
      files: [],
    },
    execution: {
      tasks: [
        { id: 'w1', runtimeInSeconds: 1.26 },
        { id: 'split.1:x', runtimeInSeconds: 0.5 },
      ],
    },
  },
};

function imported(json: unknown) {
  const result = importWfCommons(json, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

const placeOf = (json: unknown) => {
  const result = importWfCommons(json, options);
  return result.ok ? 'ok' : result.problems[0]?.path;
};

describe('importWfCommons', { timeout: 180_000 }, () => {
  it('reads schema 1.5', () => {
    const { name, graph, taskCount, edgeCount } = imported(schema15);
    expect([name, taskCount, edgeCount]).toEqual(['tiny', 2, 1]);
    expect(graph.nodes[1]).toEqual({
      key: 'w1',
      type: 'job',
      name: 'w1',
      config: {
        group: 'demo',
        executor: 'demo.sleep',
        mode: 'single',
        input: { ms: 13, task: 'w1' },
      },
      join: { kind: 'all' },
      position: { x: 348, y: 0 },
    });
    expect(graph.nodes[0]?.key).toBe('split_1_x');
    expect(graph.edges[0]).toMatchObject({ source: 'split_1_x', target: 'w1', port: 'success' });
  });

  it('reads the older shape, whose parents are names', () => {
    const tasks = [
      { name: 'a', type: 'compute', runtime: 2, parents: [] },
      { name: 'b', type: 'compute', runtimeInSeconds: 3, parents: ['a'] },
    ];
    const { graph } = imported({ name: 'old', workflow: { tasks } });
    expect(graph.nodes.map(({ config }) => (config['input'] as { ms: number }).ms)).toEqual([
      20, 30,
    ]);
    expect(imported({ workflow: { jobs: tasks } }).edgeCount).toBe(1);
  });

  it('reads the reduced form', () => {
    const tasks = [
      { id: 'a', parents: [], runtimeSeconds: 1 },
      { id: 'b', parents: ['a', 'a'], runtimeSeconds: 0 },
    ];
    expect(imported({ tasks }).edgeCount).toBe(1);
  });

  it.each<[string, unknown, string]>([
    ['no object', [], ''],
    ['another file', { hello: 1 }, ''],
    ['no tasks', { workflow: {} }, '/workflow/jobs'],
    ['no task', { tasks: [] }, '/tasks'],
    ['a task that is none', { tasks: [5] }, '/tasks/0'],
    ['a task without id', { tasks: [{ parents: [] }] }, '/tasks/0/id'],
    ['an id used twice', { tasks: [{ id: 'a' }, { id: 'a' }] }, '/tasks/1/id'],
    ['an unknown parent', { tasks: [{ id: 'a', parents: ['z'] }] }, '/tasks/0/parents/0'],
    ['parents that are no list', { tasks: [{ id: 'a', parents: 'z' }] }, '/tasks/0/parents'],
    ['a negative time', { tasks: [{ id: 'a', runtimeSeconds: -1 }] }, '/tasks/0'],
    [
      'a circle',
      {
        tasks: [
          { id: 'a', parents: ['b'] },
          { id: 'b', parents: ['a'] },
        ],
      },
      '/tasks/0',
    ],
  ])('names the place of %s', (_name, json, place) => {
    expect(placeOf(json)).toBe(place);
  });

  it('P5: never throws, whatever it gets', () => {
    const task = fc.record(
      {
        id: fc.anything(),
        name: fc.anything(),
        parents: fc.anything(),
        runtimeSeconds: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const file = fc.record(
      { tasks: fc.oneof(fc.array(task), fc.anything()), workflow: fc.anything() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(file, fc.anything()),
        (json) => typeof importWfCommons(json, options).ok === 'boolean',
      ),
      { numRuns: 500 },
    );
  });
});

describe('generateWfLike', { timeout: 180_000 }, () => {
  it.each(WF_LIKE_COLLECTION)('$name has $size tasks and can be imported', ({ shape, size }) => {
    expect(imported(generateWfLike(shape, size, 1)).taskCount).toBe(size);
  });

  it('gives the same workflow for the same seed only', () => {
    expect(generateWfLike('montage', 100, 1)).toEqual(generateWfLike('montage', 100, 1));
    expect(generateWfLike('montage', 100, 1)).not.toEqual(generateWfLike('montage', 100, 2));
  });

  it('makes an importable workflow of any size', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...WF_SHAPES),
        fc.integer({ min: 0, max: 300 }),
        fc.nat(),
        (shape, size, seed) => importWfCommons(generateWfLike(shape, size, seed), options).ok,
      ),
    );
  });

  it('draws a layer of hundreds as a block, not as a hair', () => {
    const tasks = Array.from({ length: 600 }, (_, i) => ({
      id: `t${i}`,
      parents: i ? ['t0'] : [],
    }));
    const { graph } = imported({
      name: 'wide',
      tasks: tasks.map((t) => ({ ...t, runtimeSeconds: 1 })),
    });
    const spread = (axis: 'x' | 'y'): number => {
      const places = graph.nodes.map(({ position }) => position[axis]);
      return Math.max(...places) - Math.min(...places);
    };
    expect(spread('y')).toBeLessThan(2 * spread('x'));
  });
});
