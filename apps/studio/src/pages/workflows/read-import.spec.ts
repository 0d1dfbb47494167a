import { emptyGraph } from '@heddle/graph';
import { describe, expect, it } from 'vitest';
import { readImport } from './read-import.js';

const options = { group: 'demo', executor: 'demo.sleep', secondsScale: 10 };
const read = (value: unknown) =>
  readImport(typeof value === 'string' ? value : JSON.stringify(value), options);

describe('readImport', () => {
  it('knows a graph of ours', () => expect(read(emptyGraph()).kind).toBe('graph'));
  it('makes jobs of WfCommons tasks', () => {
    const tasks = [
      { id: 'a', parents: [], runtimeSeconds: 2 },
      { id: 'b', parents: ['a'], runtimeSeconds: 1 },
    ];
    expect(read({ name: 'two', tasks })).toMatchObject({
      kind: 'wfCommons',
      name: 'two',
      graph: {
        nodes: [{ type: 'job', config: { executor: 'demo.sleep', input: { ms: 20 } } }, {}],
        edges: [{}],
      },
    });
  });
  it('says what is wrong with anything else', () => {
    expect(read('').kind).toBe('empty');
    expect(read('{').kind).toBe('notJson');
    expect(read({ nodes: [{}], edges: [] })).toMatchObject({ kind: 'problems' });
    expect(read([1, 2])).toMatchObject({ kind: 'problems' });
    expect(read({ tasks: [{ id: 'a', parents: ['gone'] }] })).toMatchObject({ kind: 'problems' });
  });
});
