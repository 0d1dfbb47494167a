import { describe, expect, it } from 'vitest';
import { emptyGraph } from '@heddle/graph';
import { draftShape } from './draft-shape.js';

const NODE = { key: 'a', type: 'job', config: {}, position: { x: 0, y: 0 } };

describe('draftShape', () => {
  it('keeps drafts with problems: unknown types, cycles, empty keys', () => {
    const edge = { id: 'e', source: 'a', target: 'a', port: 'success' };
    const draft = {
      ...emptyGraph(),
      nodes: [
        { ...NODE, type: 'nothing we know' },
        { ...NODE, key: '' },
      ],
      edges: [edge],
    };
    expect(draftShape(draft)).toEqual({ ok: true, graph: draft });
  });

  it.each([
    [null, ''],
    [{ ...emptyGraph(), nodes: {} }, '/nodes'],
    [{ ...emptyGraph(), edges: undefined }, ''],
    [{ ...emptyGraph(), nodes: [NODE, { ...NODE, position: 5 }] }, '/nodes/1'],
    [{ ...emptyGraph(), edges: [{ id: 1 }] }, '/edges/0'],
    [{ ...emptyGraph(), settings: [] }, '/settings'],
  ])('refuses %j with a place', (value, path) => {
    const result = draftShape(value);
    expect(result.ok).toBe(false);
    if (!result.ok && path) expect(result.problem.path).toBe(path);
  });
});
