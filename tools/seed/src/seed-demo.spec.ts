import { checkGraph } from '@heddle/engine';
import { NODE_TYPES } from '@heddle/nodes';
import { describe, expect, it } from 'vitest';
import { demoWorkflows } from './seed-demo.js';

describe('the demo workflows', () => {
  const workflows = demoWorkflows('http://127.0.0.1:8422');

  it.each(workflows)('$name can be published', ({ graph }) => {
    expect(checkGraph(graph, NODE_TYPES)).toEqual([]);
  });

  it('are the same every time', () => {
    expect(demoWorkflows('http://127.0.0.1:8422')).toEqual(workflows);
  });

  it('show every kind of node that the demo is about', () => {
    const types = new Set(workflows[0]?.graph.nodes.map((node) => node.type));
    expect(types).toEqual(new Set(['http', 'job', 'decision', 'transform', 'wait', 'succeed']));
  });
});
