import {
  addNode,
  canConnect,
  connect,
  downstreamOf,
  freeNodeKey,
  type GraphDocument,
  type GraphNode,
  indexOf,
  insertOnEdge,
  moveNodes,
  type OperationResult,
  pasteFragment,
  removeEdges,
  removeNodes,
} from '@heddle/graph';
import type { NodeType } from '@heddle/engine';
import type { JsonObject } from '@heddle/kernel';
import { geometryOf, NODE_WIDTH, type Point } from '../canvas/geometry.js';
import type { EditorSession } from '../session.js';
import { cornerOf, fromClipboardText } from './clipboard.js';
import { type PendingInsert, select } from './view-store.js';

/** What the palette puts on the canvas: a type, perhaps with a configuration ready made. */
export interface NodeTemplate {
  type: string;
  name?: string;
  /** Wish for the key; the type's name when absent. */
  keyWish?: string;
  config?: JsonObject;
}

/** Space between a node and one that is put after it. */
const GAP = 84;
/** A pasted or duplicated part is moved by this much, so that it does not hide the original. */
const PASTE_OFFSET = 32;
/** Places tried when another node is where a new one should go. */
const NUDGES_MAX = 60;

/** The document node that a template makes, with a free key. */
export function nodeFromTemplate(
  graph: GraphDocument,
  type: NodeType,
  template: NodeTemplate,
  position: Point,
): GraphNode {
  const key = freeNodeKey(template.keyWish ?? template.type, indexOf(graph).nodes);
  return {
    key,
    type: template.type,
    ...(template.name ? { name: template.name } : {}),
    config: structuredClone(template.config ?? type.initialConfig),
    position: freePlace(graph, { x: Math.round(position.x), y: Math.round(position.y) }),
  };
}

/** The wished place, moved down until no node starts there. */
function freePlace(graph: GraphDocument, wish: Point): Point {
  const isTaken = (at: Point): boolean =>
    graph.nodes.some(
      ({ position }) => Math.abs(position.x - at.x) < 40 && Math.abs(position.y - at.y) < 40,
    );
  let at = wish;
  for (let i = 0; i < NUDGES_MAX && isTaken(at); i++) at = { x: at.x, y: at.y + 80 };
  return at;
}

/** Puts a new node on the canvas, joined as `insert` asks, and selects it. */
export function insertNode(
  session: EditorSession,
  template: NodeTemplate,
  insert: Omit<PendingInsert, 'screen'>,
): void {
  const type = session.registry[template.type];
  if (!type) return;
  let key = '';
  const result = session.document.edit(
    (graph) => {
      const node = nodeFromTemplate(graph, type, template, insert.position);
      key = node.key;
      return insertInto(graph, session, node, insert);
    },
    { label: session.text('edit.add') },
  );
  if (!result.ok) return;
  select(session.view, [key]);
  session.canvas.current?.revealNode(key);
}

function insertInto(
  graph: GraphDocument,
  session: EditorSession,
  node: GraphNode,
  { edgeId, source }: Omit<PendingInsert, 'screen'>,
): OperationResult {
  if (edgeId !== undefined && indexOf(graph).edges.has(edgeId)) {
    const port = geometryOf(session.registry, node).ports[0]?.name;
    if (port !== undefined) {
      const room = makeRoom(graph, edgeId, node);
      return insertOnEdge(room.graph, { edgeId, node: room.node, port });
    }
  }
  const added = addNode(graph, { node });
  if (!added.ok || !source) return added;
  const edge = { source: source.key, target: node.key, port: source.port };
  const problem = canConnect(added.graph, edge);
  return problem ? { ok: false, problem } : connect(added.graph, { edge });
}

/**
 * The graph with what comes after an edge moved right, as far as a node in the middle of the edge needs, and the node at
 * its place there.
 */
export function makeRoom(
  graph: GraphDocument,
  edgeId: string,
  node: GraphNode,
): { graph: GraphDocument; node: GraphNode } {
  const { nodes, edges } = indexOf(graph);
  const edge = edges.get(edgeId);
  const source = edge && nodes.get(edge.source);
  const target = edge && nodes.get(edge.target);
  if (!source || !target) return { graph, node };
  const x = source.position.x + NODE_WIDTH + GAP;
  const position = { x, y: Math.round((source.position.y + target.position.y) / 2) };
  const missing = x + NODE_WIDTH + GAP - target.position.x;
  if (missing <= 0) {
    const middle = Math.round((source.position.x + target.position.x) / 2);
    return { graph, node: { ...node, position: { x: middle, y: position.y } } };
  }
  const later = [target.key, ...downstreamOf(graph, target.key)];
  const positions = Object.fromEntries(
    later.flatMap((key) => {
      const at = nodes.get(key)?.position;
      return at && at.x >= target.position.x ? [[key, { x: at.x + missing, y: at.y }]] : [];
    }),
  );
  const moved = moveNodes(graph, { positions });
  return { graph: moved.ok ? moved.graph : graph, node: { ...node, position } };
}

/** Where a node after `key` goes: to its right, below whatever follows already. */
export function placeAfter(graph: GraphDocument, key: string): Point {
  const { nodes, outgoing } = indexOf(graph);
  const source = nodes.get(key);
  if (!source) return { x: 0, y: 0 };
  const followers = (outgoing.get(key) ?? []).flatMap((edge) => nodes.get(edge.target) ?? []);
  const lowest = Math.max(...followers.map((node) => node.position.y), Number.NEGATIVE_INFINITY);
  const y = Number.isFinite(lowest) ? lowest + 100 : source.position.y;
  return { x: source.position.x + NODE_WIDTH + GAP, y };
}

/** Removes what is selected. */
export function deleteSelection(session: EditorSession): void {
  const { nodes, edges } = session.view.getState();
  session.document.edit(
    (graph) => {
      const index = indexOf(graph);
      const removed = removeNodes(graph, {
        keys: [...nodes].filter((key) => index.nodes.has(key)),
      });
      if (!removed.ok) return removed;
      const left = indexOf(removed.graph).edges;
      return removeEdges(removed.graph, { ids: [...edges].filter((id) => left.has(id)) });
    },
    { label: session.text('edit.delete') },
  );
  select(session.view, []);
}

/** Adds the fragment in a clipboard text; false when there is none in it. */
export function pasteText(session: EditorSession, text: string, at?: Point): boolean {
  const fragment = fromClipboardText(text);
  if (!fragment) return false;
  const corner = cornerOf(fragment);
  const offset = at
    ? { x: at.x - corner.x, y: at.y - corner.y }
    : { x: PASTE_OFFSET, y: PASTE_OFFSET };
  let keys: string[] = [];
  const result = session.document.edit(
    (graph) => {
      const pasted = pasteFragment(graph, {
        fragment,
        offset,
        expressionPathsOf: expressionPathsOf(session),
      });
      if (pasted.ok) keys = pasted.keys;
      return pasted;
    },
    { label: session.text('edit.paste') },
  );
  if (result.ok) select(session.view, keys);
  return true;
}

/** Which strings of a node type's config are bare expressions. */
export function expressionPathsOf(
  session: Pick<EditorSession, 'registry'>,
): (type: string) => readonly string[] {
  return (type) => session.registry[type]?.expressionPaths ?? [];
}
