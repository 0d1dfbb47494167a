import { useStore } from '@xyflow/react';
import { SIMPLE_NODES_MIN, SIMPLE_ZOOM_MAX } from './flow.js';

/** Whether cards are boxes without text: many nodes, and a zoom at which nobody could read them. */
export function useIsSimple(nodeCount: number): boolean {
  return useStore((state) => nodeCount > SIMPLE_NODES_MIN && state.transform[2] < SIMPLE_ZOOM_MAX);
}
