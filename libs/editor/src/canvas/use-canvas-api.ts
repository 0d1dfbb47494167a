import { indexOf } from '@heddle/graph';
import { useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect } from 'react';
import type { CanvasApi, EditorSession } from '../session.js';
import { HEADER_HEIGHT, NODE_WIDTH } from './geometry.js';

const MOVE_MS = 250;
/** A node that a person jumps to is shown at least this large. */
const JUMP_ZOOM_MIN = 0.85;

/** Gives the session's commands a hold on the canvas. */
export function useCanvasApi(
  session: EditorSession,
  container: RefObject<HTMLDivElement | null>,
): void {
  const flow = useReactFlow();
  useEffect(() => {
    const api: CanvasApi = {
      fitView: () => void flow.fitView({ duration: MOVE_MS, padding: 0.12, maxZoom: 1.1 }),
      zoomIn: () => void flow.zoomIn({ duration: MOVE_MS }),
      zoomOut: () => void flow.zoomOut({ duration: MOVE_MS }),
      centerNode(key) {
        const node = indexOf(session.document.state.getState().graph).nodes.get(key);
        if (!node) return;
        const zoom = Math.max(JUMP_ZOOM_MIN, flow.getZoom());
        const { x, y } = node.position;
        void flow.setCenter(x + NODE_WIDTH / 2, y + HEADER_HEIGHT / 2, { zoom, duration: MOVE_MS });
      },
      viewportCenter() {
        const box = container.current?.getBoundingClientRect();
        if (!box) return { x: 0, y: 0 };
        const middle = flow.screenToFlowPosition({
          x: box.left + box.width / 2,
          y: box.top + box.height / 2,
        });
        return { x: middle.x - NODE_WIDTH / 2, y: middle.y - HEADER_HEIGHT / 2 };
      },
      toFlow: (at) => flow.screenToFlowPosition(at),
    };
    session.canvas.current = api;
    return () => {
      if (session.canvas.current === api) session.canvas.current = null;
    };
  }, [session, flow, container]);
}
