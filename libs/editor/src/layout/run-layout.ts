import type { NodeRegistry } from '@heddle/engine';
import type { GraphDocument } from '@heddle/graph';
import { geometryOf, NODE_WIDTH } from '../canvas/geometry.js';
import type { LayoutPositions } from '@heddle/graph';
import type { LayoutInput } from './layout.js';

/** A layout that takes longer than this is given up. */
const LAYOUT_MS_MAX = 60_000;

/** What the layout needs of a document. */
export function layoutInputOf(registry: NodeRegistry, graph: GraphDocument): LayoutInput {
  return {
    nodes: graph.nodes.map((node) => ({
      key: node.key,
      width: NODE_WIDTH,
      height: geometryOf(registry, node).height,
    })),
    edges: graph.edges.map(({ source, target }) => ({ source, target })),
  };
}

/** Lays a document out in a worker, so that the page stays responsive. Rejects when the worker fails or takes too long. */
export function runLayout(input: LayoutInput): Promise<LayoutPositions> {
  const worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<LayoutPositions>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The layout took too long.')), LAYOUT_MS_MAX);
    worker.onmessage = (event: MessageEvent<LayoutPositions>) => {
      clearTimeout(timer);
      resolve(event.data);
    };
    worker.onerror = (event) => {
      clearTimeout(timer);
      reject(new Error(event.message || 'The layout failed.'));
    };
    worker.postMessage(input);
  }).finally(() => worker.terminate());
}
