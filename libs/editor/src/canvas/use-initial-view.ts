import type { NodeRegistry } from '@heddle/engine';
import type { GraphDocument } from '@heddle/graph';
import type { ReactFlowInstance } from '@xyflow/react';
import { type RefObject, useCallback } from 'react';
import type { FlowEdge, FlowNode } from './flow.js';
import { initialViewport } from './initial-view.js';

/** Handler for the canvas library's `onInit` that puts the first view in place. */
export function useInitialView(
  registry: NodeRegistry,
  graph: GraphDocument,
  container: RefObject<HTMLDivElement | null>,
): (flow: ReactFlowInstance<FlowNode, FlowEdge>) => void {
  return useCallback(
    (flow) => {
      const box = container.current?.getBoundingClientRect();
      if (box) void flow.setViewport(initialViewport(registry, graph, box));
    },
    [registry, graph, container],
  );
}
