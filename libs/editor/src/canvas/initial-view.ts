import type { NodeRegistry } from '@heddle/engine';
import type { GraphDocument } from '@heddle/graph';
import type { Viewport } from '@xyflow/react';
import { geometryOf, NODE_WIDTH } from './geometry.js';

/** A graph this small opens at a zoom at which it can be read, even when not all of it is in view. */
const READABLE_NODES_MAX = 60;
const READABLE_ZOOM = 0.62;
const ZOOM_MAX = 1;
const ZOOM_MIN = 0.02;
const MARGIN = 48;

/**
 * Where the canvas opens: all nodes in view if they can be read that way; otherwise the left end, where the run begins,
 * at a readable zoom. Large graphs open as a whole. Pure.
 */
export function initialViewport(
  registry: NodeRegistry,
  graph: GraphDocument,
  size: { width: number; height: number },
): Viewport {
  if (graph.nodes.length === 0) return { x: 0, y: 0, zoom: 1 };
  const left = Math.min(...graph.nodes.map((node) => node.position.x));
  const top = Math.min(...graph.nodes.map((node) => node.position.y));
  const right = Math.max(...graph.nodes.map((node) => node.position.x + NODE_WIDTH));
  const bottom = Math.max(
    ...graph.nodes.map((node) => node.position.y + geometryOf(registry, node).height),
  );
  const fit = Math.min(
    (size.width - 2 * MARGIN) / (right - left),
    (size.height - 2 * MARGIN) / (bottom - top),
  );
  const least = graph.nodes.length <= READABLE_NODES_MAX ? READABLE_ZOOM : ZOOM_MIN;
  const zoom = Math.min(ZOOM_MAX, Math.max(least, fit));
  const isWider = (right - left) * zoom > size.width - 2 * MARGIN + 1;
  return {
    zoom,
    x: isWider ? MARGIN - left * zoom : size.width / 2 - ((left + right) / 2) * zoom,
    y: size.height / 2 - ((top + bottom) / 2) * zoom,
  };
}
