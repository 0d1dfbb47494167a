import { describe, expect, it } from 'vitest';
import { checkGraph, type Plan } from '@heddle/engine';
import { emptyGraph, type GraphNode } from '@heddle/graph';
import type { Json, JsonObject } from '@heddle/kernel';
import { NODE_TYPES } from '../index.js';
import { SCRIPT_LIMITS } from './script.js';

const nodeOf = (config: JsonObject): GraphNode => ({
  key: 'n',
  type: 'script',
  config,
  position: { x: 0, y: 0 },
});

const problemsOf = (config: JsonObject): string[] =>
  checkGraph({ ...emptyGraph(), nodes: [nodeOf(config)] }, NODE_TYPES).map(
    ({ code, path }) => `${code} ${path}`,
  );

function plan(config: JsonObject, rendered: Json): Plan {
  const node = nodeOf(config);
  return NODE_TYPES.script.plan(node, {
    now: 0,
    template: (path) => (path === '/config/input' ? rendered : undefined),
    expression: () => null,
  });
}

describe('script', () => {
  it('plans a task for the servers’ own executor, with bounds', () => {
    expect(plan({ code: 'return 1', input: '${{ input }}' }, { a: 1 })).toEqual({
      kind: 'task',
      group: 'heddle',
      executor: 'heddle.script',
      input: { code: 'return 1', input: { a: 1 }, timeoutMs: 5_000, memoryMb: 32 },
    });
    expect(plan({ code: 'x', timeoutMs: 10, memoryMb: 8 }, null)).toMatchObject({
      input: { timeoutMs: 10, memoryMb: 8 },
    });
  });

  it('takes await, return and what looks like a template', () => {
    expect(problemsOf({ code: 'const x = await input.y;\nreturn `${{ a: 1 }.a}`;' })).toEqual([]);
  });

  it.each(['return (;', 'let a = 1; let a = 2;', '}); while (true) {} (() => {', 'import "fs";'])(
    'finds at save time that %j is not the body of a function',
    (code) => {
      expect(problemsOf({ code })).toEqual(['SCRIPT_SYNTAX /config/code']);
    },
  );

  it('never runs what it parses', () => {
    expect(problemsOf({ code: 'while (true) {}' })).toEqual([]);
    expect(problemsOf({ code: 'throw new Error("no")' })).toEqual([]);
  });

  it('answers also to code that is nested without end', () => {
    const half = SCRIPT_LIMITS.codeLengthMax / 2;
    expect(problemsOf({ code: '('.repeat(half) + ')'.repeat(half) })).toEqual([
      'SCRIPT_SYNTAX /config/code',
    ]);
  });

  it('refuses bounds beyond the bounds', () => {
    expect(problemsOf({ code: 'x', timeoutMs: 60_001 })).toEqual(['CONFIG /config/timeoutMs']);
    expect(problemsOf({ code: 'x', memoryMb: 1_000 })).toEqual(['CONFIG /config/memoryMb']);
    expect(problemsOf({ code: '' })).toEqual(['CONFIG /config/code']);
  });
});
