import { createContext, use } from 'react';
import type { NodePaint, NodeRunSource } from '../run/source.js';

/** What all cards of one canvas share. */
export interface CanvasLook {
  /** Boxes without text: the zoom is too small to read. */
  isSimple: boolean;
  /** Handles can be dragged and nodes added. */
  isEditable: boolean;
  /** States of a run, on the run canvas. */
  run: NodeRunSource | null;
  /** What a rerun would do to each node; null: no rerun is being prepared. */
  paint: ReadonlyMap<string, NodePaint> | null;
  /** Opens the node search for a dangling port. */
  onAddAfter: ((key: string, port: string) => void) | null;
  /** An edge that a dragged node would be dropped on. */
  dropEdgeId: string | null;
}

const CanvasContext = createContext<CanvasLook>({
  isSimple: false,
  isEditable: false,
  run: null,
  paint: null,
  onAddAfter: null,
  dropEdgeId: null,
});

/** Gives the look of a canvas to its cards and edges. */
export const CanvasLookProvider = CanvasContext.Provider;

/** The look of the canvas around. */
export function useCanvasLook(): CanvasLook {
  return use(CanvasContext);
}
