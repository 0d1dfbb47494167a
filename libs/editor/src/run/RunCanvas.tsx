import type { NodeRegistry } from '@heddle/engine';
import { type GraphDocument, indexOf } from '@heddle/graph';
import { STATE_TOKENS } from '@heddle/ui';
import {
  Background,
  BackgroundVariant,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useEffect, useMemo, useRef, useState } from 'react';
import { BulkEdges } from '../canvas/BulkEdges.js';
import '../canvas/canvas.css';
import { CanvasControls } from '../canvas/CanvasControls.js';
import { CanvasLookProvider } from '../canvas/canvas-context.js';
import { EdgeCurve, EdgeMarkers } from '../canvas/EdgeCurve.js';
import { EmptyCanvas } from '../canvas/EmptyCanvas.js';
import { createEdgeProjection, createNodeProjection, isBulk, pickedEdges } from '../canvas/flow.js';
import { HEADER_HEIGHT, NODE_WIDTH } from '../canvas/geometry.js';
import { NodeCard } from '../canvas/NodeCard.js';
import { useInitialView } from '../canvas/use-initial-view.js';
import { useIsSimple } from '../canvas/use-simple.js';
import { useEditorText } from '../i18n/index.js';
import '../editor.css';
import { FindBox } from '../panels/FindBox.js';
import './run-canvas.css';
import { type NodePaint, type NodeRunSource, stateName } from './source.js';

const NODE_TYPES = { card: NodeCard };
const EDGE_TYPES = { curve: EdgeCurve };
const NO_BADGES = new Map<string, never>();
const NO_EDGES: ReadonlySet<string> = new Set();
const JUMP_MS = 300;
const JUMP_ZOOM_MIN = 0.85;

interface RunCanvasProps {
  registry: NodeRegistry;
  graph: GraphDocument;
  source: NodeRunSource;
  selectedKey: string | undefined;
  onSelect: (key: string | undefined) => void;
  /** A context menu is asked for at a place of the screen. */
  onMenu?: (key: string, at: { x: number; y: number }) => void;
  /** What a rerun would do to each node; null: none is being prepared. */
  paint?: ReadonlyMap<string, NodePaint> | null;
  /** A node to bring into view; a new object asks again. */
  focus: { key: string } | null;
  isFindOpen: boolean;
  onCloseFind: () => void;
}

function useFocus(graph: GraphDocument, focus: { key: string } | null): void {
  const flow = useReactFlow();
  useEffect(() => {
    const node = focus ? indexOf(graph).nodes.get(focus.key) : undefined;
    if (!node) return;
    const zoom = Math.max(JUMP_ZOOM_MIN, flow.getZoom());
    const { x, y } = node.position;
    void flow.setCenter(x + NODE_WIDTH / 2, y + HEADER_HEIGHT / 2, { zoom, duration: JUMP_MS });
  }, [graph, flow, focus]);
}

function Canvas({
  registry,
  graph,
  source,
  selectedKey,
  onSelect,
  onMenu,
  paint = null,
  focus,
  isFindOpen,
  onCloseFind,
}: RunCanvasProps) {
  const t = useEditorText();
  const [projectNodes] = useState(createNodeProjection);
  const [projectEdges] = useState(createEdgeProjection);
  const selected = useMemo(
    () => new Set(selectedKey === undefined ? [] : [selectedKey]),
    [selectedKey],
  );
  const nodes = useMemo(
    () => projectNodes({ registry, graph, selected, badges: NO_BADGES }),
    [projectNodes, registry, graph, selected],
  );
  const isSimple = useIsSimple(graph.nodes.length);
  const bulk = isBulk(graph) || isSimple;
  const edges = useMemo(
    () => projectEdges({ graph, selected: NO_EDGES, isBulk: bulk }),
    [projectEdges, graph, bulk],
  );
  const picked = useMemo(
    () => (bulk ? pickedEdges(graph, NO_EDGES, selected) : NO_EDGES),
    [bulk, graph, selected],
  );
  const look = useMemo(
    () => ({ isSimple, isEditable: false, run: source, paint, onAddAfter: null, dropEdgeId: null }),
    [isSimple, source, paint],
  );
  useFocus(graph, focus);
  const container = useRef<HTMLDivElement>(null);
  const onInit = useInitialView(registry, graph, container);
  return (
    <div ref={container} className="h-canvas" data-testid="run-canvas">
      <CanvasLookProvider value={look}>
        <ReactFlow
          aria-label={t('canvas.label')}
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onNodeClick={(_event, node) => onSelect(node.id)}
          onPaneClick={() => onSelect(undefined)}
          onNodeContextMenu={(event, node) => {
            if (!onMenu) return;
            event.preventDefault();
            onMenu(node.id, { x: event.clientX, y: event.clientY });
          }}
          nodesDraggable={false}
          nodesConnectable={false}
          elementsSelectable
          edgesFocusable={false}
          deleteKeyCode={null}
          selectionKeyCode={null}
          minZoom={0.02}
          maxZoom={2.5}
          onlyRenderVisibleElements
          elevateNodesOnSelect={false}
          onInit={onInit}
          proOptions={{ hideAttribution: true }}
        >
          <EdgeMarkers />
          <Background variant={BackgroundVariant.Dots} gap={24} size={1.2} />
          {bulk ? (
            <BulkEdges registry={registry} graph={graph} picked={picked} run={source} />
          ) : null}
          <CanvasControls
            nodeCount={graph.nodes.length}
            nodeColor={(node) => STATE_TOKENS[stateName(source.getNode(node.id)?.state)].color}
          />
        </ReactFlow>
      </CanvasLookProvider>
      {graph.nodes.length === 0 ? <EmptyCanvas isReadOnly /> : null}
      {isFindOpen ? <FindBox nodes={graph.nodes} onFind={onSelect} onClose={onCloseFind} /> : null}
    </div>
  );
}

/** The drawn graph of a run with the live state of every node. Read-only. */
export function RunCanvas(props: RunCanvasProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}
