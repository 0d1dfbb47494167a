import { bodyOf, indexOf } from '@heddle/graph';
import { Background, BackgroundVariant, ReactFlow, useReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { type MouseEvent, useCallback, useMemo, useRef } from 'react';
import { placeAfter } from '../document/edits.js';
import { openBody } from '../document/levels.js';
import { select } from '../document/view-store.js';
import { useEditorText } from '../i18n/index.js';
import { NodeSearch } from '../palette/NodeSearch.js';
import { useDocument, useSession } from '../session-context.js';
import { BulkEdges } from './BulkEdges.js';
import './canvas.css';
import { CanvasControls } from './CanvasControls.js';
import { CanvasLookProvider } from './canvas-context.js';
import { CanvasMenu, useCanvasMenu } from './CanvasMenu.js';
import { EdgeCurve, EdgeMarkers } from './EdgeCurve.js';
import { EmptyCanvas } from './EmptyCanvas.js';
import { isBulk } from './flow.js';
import { geometryOf, nearestEdge } from './geometry.js';
import { NodeCard } from './NodeCard.js';
import { badgesOf } from './problem-badges.js';
import { useCanvasApi } from './use-canvas-api.js';
import { useCanvasNodes } from './use-canvas-nodes.js';
import { useConnect } from './use-connect.js';
import { useDrop } from './use-drop.js';
import { useInitialView } from './use-initial-view.js';
import { useIsSimple } from './use-simple.js';

const NODE_TYPES = { card: NodeCard };
const EDGE_TYPES = { curve: EdgeCurve };
const GRID: [number, number] = [8, 8];
/** How near an edge of a bulk graph a click selects it, in pixels of the screen. */
const CLICK_REACH = 8;

/** Opens the node search right of a dangling port. */
function useAddAfter() {
  const session = useSession();
  const flow = useReactFlow();
  return useCallback(
    (key: string, port: string) => {
      const { graph } = session.document.state.getState();
      const node = indexOf(graph).nodes.get(key);
      if (!node) return;
      const at = geometryOf(session.registry, node).ports.find((place) => place.name === port)
        ?.at ?? { x: 0, y: 0 };
      const { x, y, zoom } = flow.getViewport();
      session.view.setState({
        insert: {
          position: placeAfter(graph, key),
          screen: {
            x: (node.position.x + at.x + 40) * zoom + x,
            y: (node.position.y + at.y) * zoom + y,
          },
          source: { key, port },
        },
      });
    },
    [session, flow],
  );
}

/** The canvas of the editor: draws the document, turns gestures into edits. */
export function EditorCanvas() {
  const t = useEditorText();
  const session = useSession();
  const container = useRef<HTMLDivElement>(null);
  const badges = useMemo(() => badgesOf(session.problems), [session.problems]);
  const isSimple = useIsSimple(useDocument((state) => state.graph.nodes.length));
  // A simple card has no handles to tie an edge to, so zoomed out the edges are always one drawing.
  const bulk = useDocument((state) => isBulk(state.graph)) || isSimple;
  const { graph, nodes, edges, picked, dragged, onNodesChange, onEdgesChange, endDrag } =
    useCanvasNodes(badges, bulk);
  const { isValidConnection, onConnect, onReconnect, onConnectEnd } = useConnect(
    session,
    container,
  );
  const { dropEdgeId, ...dropHandlers } = useDrop(session);
  const onAddAfter = useAddAfter();
  const menu = useCanvasMenu(session, container);
  const flow = useReactFlow();
  useCanvasApi(session, container);
  const onInit = useInitialView(session.registry, graph, container);
  const isEditable = !session.isReadOnly;
  const look = useMemo(
    () => ({
      isSimple,
      isEditable: isEditable && !isSimple,
      run: null,
      paint: null,
      onAddAfter: isEditable ? onAddAfter : null,
      dropEdgeId,
    }),
    [isSimple, isEditable, onAddAfter, dropEdgeId],
  );
  const onPaneClick = (event: MouseEvent): void => {
    session.view.setState({ insert: null });
    if (!bulk) return;
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const edge = nearestEdge(session.registry, graph, at, CLICK_REACH / flow.getZoom());
    if (edge) select(session.view, [], [edge.id]);
  };
  return (
    <div
      ref={container}
      className="h-canvas"
      data-testid="editor-canvas"
      {...(isEditable ? dropHandlers : {})}
    >
      <CanvasLookProvider value={look}>
        <ReactFlow
          aria-label={t('canvas.label')}
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onNodeDragStop={(_event, _node, moved) => endDrag(moved)}
          onSelectionDragStop={(_event, moved) => endDrag(moved)}
          onConnect={onConnect}
          onReconnect={onReconnect}
          onConnectEnd={onConnectEnd}
          isValidConnection={isValidConnection}
          onPaneClick={onPaneClick}
          onNodeDoubleClick={(_event, node) => {
            if (bodyOf(node.data.node)) openBody(session, node.id);
          }}
          zoomOnDoubleClick={false}
          {...menu.handlers}
          nodesDraggable={isEditable}
          nodesConnectable={isEditable}
          edgesReconnectable={isEditable}
          deleteKeyCode={null}
          disableKeyboardA11y={false}
          multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
          snapToGrid
          snapGrid={GRID}
          connectionRadius={28}
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
            <BulkEdges
              registry={session.registry}
              graph={graph}
              picked={picked}
              run={null}
              dragged={dragged}
            />
          ) : null}
          <CanvasControls nodeCount={graph.nodes.length} />
        </ReactFlow>
      </CanvasLookProvider>
      {graph.nodes.length === 0 ? <EmptyCanvas isReadOnly={session.isReadOnly} /> : null}
      {isEditable ? <NodeSearch /> : null}
      <CanvasMenu menu={menu} />
    </div>
  );
}
