import { describe, expect, it } from 'vitest';
import { checkGraph, type Plan } from '@heddle/engine';
import { emptyGraph, type GraphNode } from '@heddle/graph';
import type { Json, JsonObject } from '@heddle/kernel';
import { NODE_TYPES } from '../index.js';

const nodeOf = (config: JsonObject): GraphNode => ({
  key: 'n',
  type: 'notify',
  config,
  position: { x: 0, y: 0 },
});

const problemsOf = (config: JsonObject): string[] =>
  checkGraph({ ...emptyGraph(), nodes: [nodeOf(config)] }, NODE_TYPES).map(
    ({ severity, path }) => `${severity} ${path}`,
  );

/** Plans with every template rendered as it is written, save those named. */
function plan(config: JsonObject, rendered: { [key: string]: Json } = {}): Plan {
  return NODE_TYPES.notify.plan(nodeOf(config), {
    now: 0,
    template: (path) => {
      const name = path.replace('/config/', '');
      return rendered[name] ?? config[name];
    },
    expression: () => null,
  });
}

describe('notify', () => {
  const url = 'https://hooks.test/a';

  it.each([
    [{ channel: 'webhook', url, payload: { a: 1 } }],
    [{ channel: 'chat', url, text: 'Done' }],
    [{ channel: 'email', to: ['a@b.test'], subject: 'Done', text: 'All of it' }],
  ])('plans %j as a task for the servers’ own executor', (config) => {
    expect(problemsOf(config)).toEqual([]);
    expect(plan(config)).toEqual({
      kind: 'task',
      group: 'heddle',
      executor: 'heddle.notify',
      input: config,
    });
  });

  it('a webhook without a payload sends null', () => {
    expect(plan({ channel: 'webhook', url })).toMatchObject({ input: { payload: null } });
  });

  it('says at save time what a channel lacks, and what it has no use for', () => {
    expect(problemsOf({ channel: 'email' })).toEqual([
      'error /config/to',
      'error /config/subject',
      'error /config/text',
    ]);
    expect(problemsOf({ channel: 'chat', url, text: 'x', to: ['a@b.test'] })).toEqual([
      'warning /config/to',
    ]);
    expect(problemsOf({ channel: 'webhook', url: 'ftp://x' })).toEqual(['error /config/url']);
    expect(problemsOf({ channel: 'pigeon', url })).toEqual(['error /config/channel']);
  });

  it('fails for good when a value turns out empty or no address', () => {
    const chat = { channel: 'chat', url: '${{ input.url }}', text: '${{ input.text }}' };
    expect(plan(chat, { url, text: '' })).toMatchObject({
      kind: 'fail',
      error: { code: 'INVALID_NOTIFICATION', isFinal: true },
    });
    expect(plan(chat, { url: 'file:///etc/passwd', text: 'x' })).toMatchObject({
      kind: 'fail',
      error: { code: 'INVALID_URL', isFinal: true },
    });
  });
});
