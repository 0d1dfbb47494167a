import { moveNodes } from '@heddle/graph';
import type { EdgeChange, NodeChange } from '@xyflow/react';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { ViewStore } from '../document/view-store.js';
import { select } from '../document/view-store.js';
import type { EditorSession } from '../session.js';
import { useDocument, useSession, useView } from '../session-context.js';
import {
  type Badge,
  createEdgeProjection,
  createNodeProjection,
  type FlowEdge,
  type FlowNode,
  pickedEdges,
} from './flow.js';
import type { Point } from './geometry.js';

const NONE: ReadonlySet<string> = new Set();

type Positions = ReadonlyMap<string, Point>;

/** Selection after the canvas reported changes; null when nothing about it changed. */
function selectedAfter(
  before: ReadonlySet<string>,
  changes: readonly (NodeChange | EdgeChange)[],
): Set<string> | null {
  let after: Set<string> | null = null;
  for (const change of changes) {
    if (change.type !== 'select' || before.has(change.id) === change.selected) continue;
    after ??= new Set(before);
    if (change.selected) after.add(change.id);
    else after.delete(change.id);
  }
  return after;
}

function applySelection(
  view: ViewStore,
  kind: 'nodes' | 'edges',
  changes: readonly (NodeChange | EdgeChange)[],
): void {
  const { nodes, edges } = view.getState();
  const after = selectedAfter(kind === 'nodes' ? nodes : edges, changes);
  if (!after) return;
  if (kind === 'nodes') select(view, after, edges);
  else select(view, nodes, after);
}

/** Commits a drag as one edit, and so as one undo. */
function commitMove(session: EditorSession, moved: readonly FlowNode[]): void {
  const positions = Object.fromEntries(moved.map((node) => [node.id, node.position]));
  session.document.edit((graph) => moveNodes(graph, { positions }), {
    label: session.text('edit.move'),
  });
}

/** Nodes and edges as the canvas library takes them, and what it reports back. Places during a drag live here, not in the document. */
export function useCanvasNodes(badges: ReadonlyMap<string, Badge>, isBulkDrawn: boolean) {
  const session = useSession();
  const graph = useDocument((state) => state.graph);
  const selectedNodes = useView((state) => state.nodes);
  const selectedEdges = useView((state) => state.edges);
  const [projectNodes] = useState(createNodeProjection);
  const [projectEdges] = useState(createEdgeProjection);
  const [dragged, setDragged] = useState<Positions | null>(null);
  const draggedNodes = useRef(new Map<string, FlowNode>());
  const { registry, view } = session;

  const projected = useMemo(
    () => projectNodes({ registry, graph, selected: selectedNodes, badges }),
    [projectNodes, registry, graph, selectedNodes, badges],
  );
  const nodes = useMemo(
    () =>
      dragged
        ? projected.map((node) => {
            const position = dragged.get(node.id);
            if (!position) return node;
            const known = draggedNodes.current.get(node.id);
            if (known?.position === position && known.data === node.data) return known;
            const moved = { ...node, position };
            draggedNodes.current.set(node.id, moved);
            return moved;
          })
        : projected,
    [projected, dragged],
  );
  const picked = useMemo(
    () => (isBulkDrawn ? pickedEdges(graph, selectedEdges, selectedNodes) : NONE),
    [isBulkDrawn, graph, selectedEdges, selectedNodes],
  );
  const edges = useMemo(
    () => projectEdges({ graph, selected: selectedEdges, isBulk: isBulkDrawn }),
    [projectEdges, graph, selectedEdges, isBulkDrawn],
  );

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      applySelection(view, 'nodes', changes);
      const moves = changes.flatMap((change) =>
        change.type === 'position' && change.dragging && change.position
          ? [[change.id, change.position] as const]
          : [],
      );
      if (moves.length > 0) setDragged((before) => new Map([...(before ?? []), ...moves]));
    },
    [view],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) => applySelection(view, 'edges', changes),
    [view],
  );
  const endDrag = useCallback(
    (moved: readonly FlowNode[]) => {
      commitMove(session, moved);
      draggedNodes.current.clear();
      setDragged(null);
    },
    [session],
  );
  return { graph, nodes, edges, picked, dragged, onNodesChange, onEdgesChange, endDrag };
}
