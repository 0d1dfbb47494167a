import { emptyGraph, type GraphDocument } from '@heddle/graph';
import type { LiveNode, RunView } from '@heddle/studio-data';
import { describe, expect, it } from 'vitest';
import { countPaint, isAsked, newDraft, paintOf, togglePick, variablesOf } from './rewind-draft.js';

const node = (key: string) => ({ key, type: 'transform', config: {}, position: { x: 0, y: 0 } });
const edge = (source: string, target: string) => ({
  id: `${source}-${target}`,
  source,
  target,
  port: 'success',
});
const graph: GraphDocument = {
  ...emptyGraph(),
  nodes: ['a', 'b', 'c'].map(node),
  edges: [edge('a', 'b'), edge('b', 'c')],
};
const states: Record<string, string> = { a: 'succeeded', b: 'failed', c: 'pending' };
const view = {
  id: '7',
  nodes: new Map(
    Object.entries(states).map(([key, state]) => [key, { key, state } as unknown as LiveNode]),
  ),
} as unknown as RunView;

describe('variablesOf', () => {
  it('leaves it to the server to find what did not succeed', () => {
    expect(variablesOf(newDraft(), graph, view)).toMatchObject({ from: [], mode: 'NEW_RUN' });
  });
  it('begins at the nodes without incoming edges for the whole run', () => {
    expect(variablesOf({ ...newDraft(), scope: 'whole' }, graph, view).from).toEqual(['a']);
  });
  it('gives a node another output instead of executing it, beside what failed', () => {
    const draft = {
      ...newDraft(),
      values: [{ kind: 'output' as const, nodeKey: 'a', value: { total: 1 } }],
    };
    const { from, patch } = variablesOf(draft, graph, view);
    expect(from).toEqual(['b']);
    expect(patch).toEqual({ nodeOutputs: { a: { total: 1 } } });
  });
  it('sends no value before it is loaded, and no version for the same run', () => {
    const draft = {
      ...newDraft(['b']),
      values: [{ kind: 'runInput' as const, nodeKey: null, value: undefined }],
      version: 3,
    };
    expect(variablesOf(draft, graph, view).patch).toEqual({ version: 3 });
    expect(variablesOf({ ...draft, isInPlace: true }, graph, view)).toMatchObject({
      mode: 'IN_PLACE',
      patch: {},
    });
  });
});

describe('a draft of a rerun', () => {
  it('takes nodes in and out, and begins at none of what failed then', () => {
    const one = togglePick(newDraft(), 'c');
    expect([...one.picked]).toEqual(['c']);
    expect(isAsked(one)).toBe(true);
    expect(isAsked(togglePick(one, 'c'))).toBe(false);
  });
  it('is painted with what becomes of each node', () => {
    const paint = paintOf(
      {
        problems: [],
        nodes: [
          { key: 'a', effect: 'REUSED', isCertain: true, reason: '' },
          { key: 'b', effect: 'REEXECUTED', isCertain: true, reason: '' },
          { key: 'c', effect: 'SKIPPED', isCertain: false, reason: '' },
        ],
      },
      new Set(['b']),
    );
    expect(paint.get('b')).toEqual({ effect: 'reexecuted', isCertain: true, isPicked: true });
    expect(countPaint(paint)).toEqual({ reused: 1, reexecuted: 1, skipped: 1, uncertain: 1 });
  });
});
