import { indexOf } from '@heddle/graph';
import { useReactFlow, type Viewport } from '@xyflow/react';
import { type RefObject, useEffect } from 'react';
import type { CanvasApi, EditorSession } from '../session.js';
import { HEADER_HEIGHT, NODE_WIDTH, type Point } from './geometry.js';

const MOVE_MS = 250;
/** A node that a person jumps to is shown at least this large. */
const JUMP_ZOOM_MIN = 0.85;

/** Space left around a node that is brought into view. */
const REVEAL_MARGIN = 40;

/** The viewport moved just so far that a node at `at` is in view; null when it is already. */
function revealed(
  view: Viewport,
  at: Point,
  size: { width: number; height: number },
): Viewport | null {
  const shift = (from: number, length: number, room: number): number => {
    if (from < REVEAL_MARGIN) return REVEAL_MARGIN - from;
    return Math.min(0, room - REVEAL_MARGIN - (from + length));
  };
  const dx = shift(at.x * view.zoom + view.x, NODE_WIDTH * view.zoom, size.width);
  const dy = shift(at.y * view.zoom + view.y, HEADER_HEIGHT * view.zoom, size.height);
  return dx === 0 && dy === 0 ? null : { zoom: view.zoom, x: view.x + dx, y: view.y + dy };
}

/** Gives the session's commands a hold on the canvas. */
export function useCanvasApi(
  session: EditorSession,
  container: RefObject<HTMLDivElement | null>,
): void {
  const flow = useReactFlow();
  useEffect(() => {
    const reveal = (key: string): void => {
      const node = indexOf(session.document.state.getState().graph).nodes.get(key);
      const box = container.current?.getBoundingClientRect();
      const next = node && box ? revealed(flow.getViewport(), node.position, box) : null;
      if (next) void flow.setViewport(next, { duration: MOVE_MS });
    };
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
      revealNode(key) {
        // The panel that opens for the selection takes its width first.
        requestAnimationFrame(() => requestAnimationFrame(() => reveal(key)));
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
