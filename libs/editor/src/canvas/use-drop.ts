import { useReactFlow } from '@xyflow/react';
import { type DragEvent, useCallback, useState } from 'react';
import { insertNode } from '../document/edits.js';
import type { EditorSession } from '../session.js';
import { DRAG_TYPE, getDragTemplate } from './drag-data.js';
import { HEADER_HEIGHT, nearestEdge, NODE_WIDTH } from './geometry.js';

/** How near an edge, in pixels of the screen, a drop counts as on it. */
const EDGE_REACH = 18;

/** Dropping palette nodes on the canvas; on an edge the node is put into it. */
export function useDrop(session: EditorSession) {
  const flow = useReactFlow();
  const [dropEdgeId, setDropEdgeId] = useState<string | null>(null);
  const edgeAt = useCallback(
    (event: DragEvent): string | undefined => {
      const { graph } = session.document.state.getState();
      const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      return nearestEdge(session.registry, graph, at, EDGE_REACH / flow.getZoom())?.id;
    },
    [session, flow],
  );
  const onDragOver = useCallback(
    (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setDropEdgeId(edgeAt(event) ?? null);
    },
    [edgeAt],
  );
  const onDrop = useCallback(
    (event: DragEvent) => {
      const template = getDragTemplate(event.dataTransfer);
      setDropEdgeId(null);
      if (!template) return;
      event.preventDefault();
      const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const position = { x: at.x - NODE_WIDTH / 2, y: at.y - HEADER_HEIGHT / 2 };
      const edgeId = edgeAt(event);
      insertNode(session, template, { position, ...(edgeId === undefined ? {} : { edgeId }) });
    },
    [session, flow, edgeAt],
  );
  const onDragLeave = useCallback(() => setDropEdgeId(null), []);
  return { dropEdgeId, onDragOver, onDrop, onDragLeave };
}
