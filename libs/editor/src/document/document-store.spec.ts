import { addNode, connect, moveNodes, removeNodes, updateNode } from '@heddle/graph';
import { describe, expect, it } from 'vitest';
import { aGraph, aNode } from './builders.js';
import { createDocumentStore } from './document-store.js';
import { COALESCE_MS_MAX, HISTORY_LENGTH_MAX } from './history.js';

function setUp(graph = aGraph([aNode('a'), aNode('b')])) {
  const clock = { now: 0 };
  const store = createDocumentStore(graph, () => clock.now);
  const type = (notes: string, mark = 'node:a:notes') =>
    store.edit((current) => updateNode(current, { key: 'a', changes: { notes } }), {
      label: 'Notes',
      mark,
    });
  const notes = () => store.state.getState().graph.nodes[0]?.notes;
  return { clock, store, type, notes };
}

describe('document store', () => {
  it('undoes and redoes edits in order and names them', () => {
    const { store } = setUp();
    const { graph } = store.state.getState();
    store.edit((current) => addNode(current, { node: aNode('c') }), { label: 'Add' });
    store.edit((current) => removeNodes(current, { keys: ['a'] }), { label: 'Delete' });
    const last = store.state.getState().graph;
    expect(store.undo()?.label).toBe('Delete');
    expect(store.undo()?.label).toBe('Add');
    expect(store.state.getState().graph).toEqual(graph);
    expect(store.undo()).toBeNull();
    expect([store.redo()?.label, store.redo()?.label, store.redo()]).toEqual([
      'Add',
      'Delete',
      null,
    ]);
    expect(store.state.getState().graph).toEqual(last);
  });

  it('makes typing in one field one undo', () => {
    const { clock, store, type, notes } = setUp();
    for (const text of ['h', 'he', 'hel']) {
      clock.now += 100;
      type(text);
    }
    expect(notes()).toBe('hel');
    store.undo();
    expect(notes()).toBeUndefined();
  });

  it('begins a new undo after a pause, in another field, and when sealed', () => {
    const { clock, store, type, notes } = setUp();
    type('a');
    clock.now += COALESCE_MS_MAX + 1;
    type('ab');
    type('abc', 'node:a:other');
    store.seal();
    type('abcd', 'node:a:other');
    for (const text of ['abc', 'ab', 'a', undefined]) {
      store.undo();
      expect(notes()).toBe(text);
    }
  });

  it('makes a drag of many nodes one undo', () => {
    const { store } = setUp();
    store.edit(
      (current) => moveNodes(current, { positions: { a: { x: 9, y: 9 }, b: { x: 8, y: 8 } } }),
      { label: 'Move' },
    );
    store.undo();
    expect(store.state.getState().graph.nodes.map((node) => node.position.x)).toEqual([0, 0]);
  });

  it('forgets what was undone once something new is done', () => {
    const { store, type } = setUp();
    type('x');
    store.undo();
    type('y');
    expect(store.redo()).toBeNull();
  });

  it('keeps the document and says why when an edit is refused', () => {
    const { store } = setUp();
    const { graph } = store.state.getState();
    store.edit((current) => connect(current, { edge: { source: 'a', target: 'a' } }), {
      label: 'Connect',
    });
    expect(store.state.getState().graph).toBe(graph);
    expect(store.state.getState().refusal?.message).toBeTruthy();
    expect(store.undo()).toBeNull();
  });

  it('never puts a document from outside into the history', () => {
    const { store, type } = setUp();
    type('mine');
    store.replace(aGraph([aNode('z')]));
    expect(store.undo()).toBeNull();
  });

  it('remembers a bounded number of steps', () => {
    const { store, type } = setUp();
    for (let i = 0; i < HISTORY_LENGTH_MAX + 20; i++) type(String(i), `mark ${i}`);
    expect(store.state.getState().history.done).toHaveLength(HISTORY_LENGTH_MAX);
  });
});
