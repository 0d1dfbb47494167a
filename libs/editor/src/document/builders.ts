import { emptyGraph, type GraphDocument, type GraphEdge, type GraphNode } from '@heddle/graph';

/** A node of a specification's graph. */
export function aNode(key: string, change: Partial<GraphNode> = {}): GraphNode {
  return { key, type: 'transform', config: { output: {} }, position: { x: 0, y: 0 }, ...change };
}

/** An edge by the port `success`. */
export function anEdge(source: string, target: string, change: Partial<GraphEdge> = {}): GraphEdge {
  return { id: `${source}-${target}`, source, target, port: 'success', ...change };
}

/** A graph with these nodes and edges. */
export function aGraph(nodes: GraphNode[] = [], edges: GraphEdge[] = []): GraphDocument {
  return { ...emptyGraph(), nodes, edges };
}
