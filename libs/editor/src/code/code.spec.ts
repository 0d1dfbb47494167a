import { describe, expect, it } from 'vitest';
import { aGraph, aNode, anEdge } from '../document/builders.js';
import { expressionBefore, suggest } from './completions.js';
import { diagnose } from './diagnose.js';
import { edgeScope, nodeScope, RETRY_CODE_SCOPE } from './scope.js';

const graph = {
  ...aGraph([aNode('a'), aNode('b'), aNode('c')], [anEdge('a', 'b')]),
  inputSchema: { type: 'object', properties: { total: { type: 'number' } } },
};
const labels = (before: string, scope = nodeScope(graph, 'b')) =>
  suggest(before, scope).options.map((option) => option.label);

describe('completions', () => {
  it('offer the variables of the place', () => {
    expect(labels('')).toEqual(
      expect.arrayContaining(['input', 'context', 'nodes', 'run', 'trigger']),
    );
    expect(labels('', RETRY_CODE_SCOPE)).toEqual(expect.arrayContaining(['error', 'attempt']));
  });
  it('offer only nodes that come before', () => {
    expect(labels('nodes.')).toEqual(['a']);
    expect(labels('nodes.', edgeScope(graph, 'b'))).toEqual(['b', 'a']);
  });
  it('offer what a node has, and the properties of the input', () => {
    expect(labels('x + nodes.a.')).toEqual(
      expect.arrayContaining(['output', 'status', 'error', 'attempts']),
    );
    expect(labels('input.')).toContain('total');
  });
  it('replace the word before the cursor', () =>
    expect(suggest('input.tot', nodeScope(graph, 'b')).from).toBe(6));
  it('know whether the cursor is inside an expression of a text', () => {
    expect(expressionBefore('a ${{ inp')).toEqual({ source: ' inp', start: 5 });
    expect(expressionBefore('a ${{ x }} b')).toBeNull();
  });
});

describe('diagnose', () => {
  const scope = nodeScope(graph, 'b');
  it('finds nothing in empty or right texts', () => {
    expect(diagnose('cel', '', scope)).toEqual([]);
    expect(diagnose('cel', 'input.total > 1', scope)).toEqual([]);
    expect(diagnose('template', 'Hello ${{ input.total }}', scope)).toEqual([]);
    expect(diagnose('json-template', '{"a": "${{ input.total }}"}', scope)).toEqual([]);
  });
  it('points at the place of what is wrong', () => {
    const [unknown] = diagnose('cel', 'input.total > nope', scope);
    expect('input.total > nope'.slice(unknown?.start, unknown?.end)).toBe('nope');
    const text = '{"a": "${{ nope }}"}';
    const [inside] = diagnose('json-template', text, scope);
    expect(text.slice(inside?.start, inside?.end)).toBe('nope');
    expect(diagnose('json', '{"a": }', scope)).toHaveLength(1);
  });
});
