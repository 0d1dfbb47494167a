import { NODE_TYPES } from '@heddle/nodes';
import { describe, expect, it } from 'vitest';
import { NODE_WIDTH } from '../canvas/geometry.js';
import { COMMANDS, canRun, commandById, commandForKey } from '../commands/registry.js';
import { editorMessages } from '../i18n/index.js';
import type { EditorSession } from '../session.js';
import { aGraph, aNode, anEdge } from './builders.js';
import { createDocumentStore } from './document-store.js';
import {
  deleteSelection,
  insertNode,
  makeRoom,
  nodeFromTemplate,
  pasteText,
  placeAfter,
} from './edits.js';
import { toClipboardText } from './clipboard.js';
import { createViewStore, select } from './view-store.js';

function aSession(graph = aGraph(), change: Partial<EditorSession> = {}): EditorSession {
  const nothing = (): void => undefined;
  const document = createDocumentStore(graph);
  return {
    document,
    root: document,
    allProblems: [],
    workflows: [],
    view: createViewStore(),
    registry: NODE_TYPES,
    commands: COMMANDS,
    canvas: { current: null },
    host: {
      publish: nothing,
      run: nothing,
      save: nothing,
      openVersions: nothing,
      exportJson: nothing,
      openWorkflow: nothing,
    },
    executors: [],
    problems: [],
    isReadOnly: false,
    text: editorMessages.text,
    copied: { text: '' },
    say: nothing,
    ...change,
  };
}

const graphOf = (session: EditorSession) => session.document.state.getState().graph;

describe('insertNode', () => {
  it('adds a node with the initial config of its type, selected', () => {
    const session = aSession();
    insertNode(session, { type: 'wait' }, { position: { x: 5, y: 6 } });
    expect(graphOf(session).nodes).toEqual([
      {
        key: 'wait',
        type: 'wait',
        config: NODE_TYPES.wait.initialConfig,
        position: { x: 5, y: 6 },
      },
    ]);
    expect([...session.view.getState().nodes]).toEqual(['wait']);
  });
  it('joins it with the port that asked for it', () => {
    const session = aSession(aGraph([aNode('a')]));
    insertNode(
      session,
      { type: 'wait' },
      { position: { x: 500, y: 0 }, source: { key: 'a', port: 'failure' } },
    );
    expect(graphOf(session).edges).toMatchObject([
      { source: 'a', target: 'wait', port: 'failure' },
    ]);
  });
  it('puts it into an edge, as one undo', () => {
    const graph = aGraph(
      [aNode('a'), aNode('b', { position: { x: 300, y: 0 } })],
      [anEdge('a', 'b')],
    );
    const session = aSession(graph);
    insertNode(session, { type: 'wait' }, { position: { x: 200, y: 0 }, edgeId: 'a-b' });
    expect(graphOf(session).edges.map(({ source, target }) => `${source}>${target}`)).toEqual([
      'a>wait',
      'wait>b',
    ]);
    session.document.undo();
    expect(graphOf(session)).toEqual(graph);
  });
  it('never uses a key twice, nor shares a config', () => {
    const graph = aGraph([aNode('job')]);
    const template = {
      type: 'job',
      config: { group: 'g', executor: 'e', mode: 'single', input: {} },
    };
    const node = nodeFromTemplate(graph, NODE_TYPES.job, template, { x: 900, y: 0 });
    expect(node.key).toBe('job_2');
    expect(node.config).not.toBe(template.config);
  });
});

describe('makeRoom', () => {
  it('moves what comes after to the right, and nothing before', () => {
    const graph = aGraph(
      [
        aNode('a'),
        aNode('b', { position: { x: 300, y: 40 } }),
        aNode('c', { position: { x: 600, y: 0 } }),
      ],
      [anEdge('a', 'b'), anEdge('b', 'c')],
    );
    const room = makeRoom(graph, 'a-b', aNode('new'));
    const x = new Map(room.graph.nodes.map((node) => [node.key, node.position.x]));
    expect(x.get('a')).toBe(0);
    expect(x.get('b')).toBeGreaterThanOrEqual(room.node.position.x + NODE_WIDTH);
    expect((x.get('c') ?? 0) - (x.get('b') ?? 0)).toBe(300);
  });
});

describe('selection edits', () => {
  const graph = aGraph([aNode('a'), aNode('b'), aNode('c')], [anEdge('a', 'b'), anEdge('b', 'c')]);

  it('deletes nodes with their edges, and edges, in one step', () => {
    const session = aSession(graph);
    select(session.view, ['a'], ['b-c']);
    deleteSelection(session);
    expect(graphOf(session)).toMatchObject({ nodes: [{ key: 'b' }, { key: 'c' }], edges: [] });
    session.document.undo();
    expect(graphOf(session)).toEqual(graph);
  });
  it('pastes with new keys, beside the original', () => {
    const session = aSession(graph);
    expect(pasteText(session, toClipboardText(graph, ['a', 'b']))).toBe(true);
    expect([...session.view.getState().nodes]).toEqual(['a_2', 'b_2']);
    expect(graphOf(session).edges.at(-1)).toMatchObject({ source: 'a_2', target: 'b_2' });
    expect(pasteText(session, 'no nodes in here')).toBe(false);
  });
  it('places a follower right of its source, below those that are there', () => {
    expect(placeAfter(aGraph([aNode('a')]), 'a')).toEqual({ x: 300, y: 0 });
    expect(placeAfter(graph, 'a').y).toBe(100);
  });
});

describe('commands', () => {
  const press = (key: string, held = {}) => ({
    key,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    ...held,
  });

  it('have ids and shortcuts of their own, and a label', () => {
    const shortcuts = COMMANDS.flatMap((command) =>
      [command.shortcut ?? [], command.aliases ?? []].flat(),
    );
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
    expect(new Set(COMMANDS.map((command) => command.id)).size).toBe(COMMANDS.length);
    for (const command of COMMANDS)
      expect(editorMessages.text(command.label)).not.toBe(command.label);
  });
  it('answer keys outside of fields, and only global ones inside', () => {
    expect(commandForKey(press('Delete'), false)?.id).toBe('delete');
    expect(commandForKey(press('Delete'), true)).toBeUndefined();
    expect(commandForKey(press('s', { ctrlKey: true }), true)?.id).toBe('save');
  });
  it('leave copy and paste to the browser, whose events carry the clipboard', () => {
    expect(commandForKey(press('c', { ctrlKey: true }), false)).toBeUndefined();
  });
  it('that change the document are not offered on a read-only canvas', () => {
    const session = aSession(aGraph([aNode('a')]), { isReadOnly: true });
    select(session.view, ['a']);
    expect(canRun(commandById('delete'), session)).toBe(false);
    expect(canRun(commandById('copy'), session)).toBe(true);
  });
});
