import { NODE_TYPES } from '@heddle/nodes';
import { describe, expect, it } from 'vitest';
import { aGraph, aNode, anEdge } from '../document/builders.js';
import { createEdgeProjection, createNodeProjection, pickedEdges } from './flow.js';
import { geometryOf, nearestEdge, NODE_WIDTH } from './geometry.js';
import { initialViewport } from './initial-view.js';
import { KNOWN_TYPES } from './type-look.js';

const NONE: ReadonlySet<string> = new Set();

describe('geometry', () => {
  it('puts one port at the side, outcome ports below', () => {
    const { ports } = geometryOf(NODE_TYPES, aNode('a'));
    expect(ports.map(({ name, side }) => `${name} ${side}`)).toEqual([
      'success side',
      'failure below',
      'always below',
      'undo below',
    ]);
  });
  it('gives each case of a decision a row', () => {
    const cases = [
      { name: 'big', when: 'true' },
      { name: 'small', when: 'false' },
    ];
    const { ports, height } = geometryOf(
      NODE_TYPES,
      aNode('d', { type: 'decision', config: { cases } }),
    );
    expect(ports.filter((port) => port.side === 'side').map((port) => port.name)).toEqual([
      'big',
      'small',
      'default',
    ]);
    expect(Math.max(...ports.map((port) => port.at.y))).toBeLessThanOrEqual(height);
  });
  it('draws a type that it does not know', () => {
    expect(geometryOf(NODE_TYPES, aNode('x', { type: 'unheard-of' })).ports.length).toBeGreaterThan(
      0,
    );
  });
  it('finds the edge near a point, and none far away', () => {
    const graph = aGraph(
      [aNode('a'), aNode('b', { position: { x: 600, y: 0 } })],
      [anEdge('a', 'b')],
    );
    expect(nearestEdge(NODE_TYPES, graph, { x: 400, y: 30 }, 10)?.id).toBe('a-b');
    expect(nearestEdge(NODE_TYPES, graph, { x: 400, y: 80 }, 10)).toBeNull();
  });
});

describe('projection', () => {
  it('gives the same object for a node that did not change', () => {
    const project = createNodeProjection();
    const graph = aGraph([aNode('a'), aNode('b')]);
    const input = { registry: NODE_TYPES, graph, selected: NONE, badges: new Map<string, never>() };
    const [a, b] = project(input);
    const next = project({ ...input, selected: new Set(['b']) });
    expect(next[0]).toBe(a);
    expect(next[1]).not.toBe(b);
  });
  it('hands out no edges when the bulk canvas draws them', () => {
    const graph = aGraph([aNode('a'), aNode('b')], [anEdge('a', 'b')]);
    const project = createEdgeProjection();
    expect(project({ graph, selected: NONE, isBulk: true })).toEqual([]);
    expect(project({ graph, selected: NONE, isBulk: false })).toHaveLength(1);
    expect([...pickedEdges(graph, NONE, new Set(['b']))]).toEqual(['a-b']);
  });
});

describe('initialViewport', () => {
  const size = { width: 1_000, height: 600 };
  it('shows a small graph as a whole, never enlarged', () => {
    expect(initialViewport(NODE_TYPES, aGraph([aNode('a')]), size).zoom).toBe(1);
  });
  it('begins at the left end of a graph that would be unreadable as a whole', () => {
    const nodes = Array.from({ length: 20 }, (_, i) =>
      aNode(`n${i}`, { position: { x: i * 300, y: 0 } }),
    );
    const view = initialViewport(NODE_TYPES, aGraph(nodes), size);
    expect(view.zoom).toBeGreaterThan(0.5);
    expect(view.x).toBeGreaterThan(0);
    expect(view.x + NODE_WIDTH * view.zoom).toBeLessThan(size.width);
  });
});

describe('type looks', () => {
  it('exist for every node type', () => {
    expect(Object.keys(NODE_TYPES).filter((type) => !KNOWN_TYPES.includes(type))).toEqual([]);
  });
});
