import type { NodeRegistry } from '@heddle/engine';
import {
  type GraphDocument,
  type GraphEdge,
  type GraphNode,
  indexOf,
  UNDO_PORT,
} from '@heddle/graph';
import { type Edge, type Node, type NodeHandle, Position } from '@xyflow/react';
import { geometryOf, type NodeGeometry, NODE_WIDTH } from './geometry.js';

/** Graphs with more edges than this draw them on one canvas instead of one element each. */
export const BULK_EDGES_MIN = 600;
/** Graphs with more nodes than this show boxes without text when zoomed out. */
export const SIMPLE_NODES_MIN = 150;
/** Below this zoom text cannot be read, so it is not drawn. */
export const SIMPLE_ZOOM_MAX = 0.4;
/** Problems of one node, as its badge shows them. */
export interface Badge {
  errorCount: number;
  warningCount: number;
}

/** What a card needs to draw itself. */
export interface CardData extends Record<string, unknown> {
  node: GraphNode;
  geometry: NodeGeometry;
  /** Ports that edges leave from, joined by spaces. */
  usedPorts: string;
  /** It undoes what another node did. */
  isUndo: boolean;
  badge: Badge | undefined;
}

/** A node as the canvas library takes it. */
export type FlowNode = Node<CardData, 'card'>;
/** An edge as the canvas library takes it. */
export type FlowEdge = Edge<{ edge: GraphEdge }, 'curve'>;

function handlesOf(geometry: NodeGeometry): NodeHandle[] {
  const size = { width: 1, height: 1 };
  return [
    { id: null, type: 'target', position: Position.Left, ...geometry.entry, ...size },
    ...geometry.ports.map<NodeHandle>((port) => ({
      id: port.name,
      type: 'source',
      position: port.side === 'side' ? Position.Right : Position.Bottom,
      ...port.at,
      ...size,
    })),
  ];
}

function toFlowNode(data: CardData, isSelected: boolean): FlowNode {
  const size = { width: NODE_WIDTH, height: data.geometry.height };
  return {
    id: data.node.key,
    type: 'card',
    position: data.node.position,
    data,
    selected: isSelected,
    handles: handlesOf(data.geometry),
    measured: size,
    ...size,
  };
}

interface ProjectionInput {
  registry: NodeRegistry;
  graph: GraphDocument;
  selected: ReadonlySet<string>;
  badges: ReadonlyMap<string, Badge>;
}

/**
 * Makes canvas nodes of document nodes and gives back the same object for a node that did not change, so that only
 * changed cards draw again.
 */
export function createNodeProjection(): (input: ProjectionInput) => FlowNode[] {
  let cache = new Map<string, FlowNode>();
  return ({ registry, graph, selected, badges }) => {
    const used = usedPortsOf(graph);
    const undoing = undoNodesOf(graph);
    const next = new Map<string, FlowNode>();
    const nodes = graph.nodes.map((node) => {
      const usedPorts = used.get(node.key) ?? '';
      const isUndo = undoing.has(node.key);
      const badge = badges.get(node.key);
      const isSelected = selected.has(node.key);
      const known = cache.get(node.key);
      const isSame =
        known?.data.node === node &&
        known.data.usedPorts === usedPorts &&
        known.data.isUndo === isUndo &&
        known.data.badge?.errorCount === badge?.errorCount &&
        known.data.badge?.warningCount === badge?.warningCount &&
        known.selected === isSelected;
      const flowNode =
        known && isSame
          ? known
          : toFlowNode(
              { node, geometry: geometryOf(registry, node), usedPorts, isUndo, badge },
              isSelected,
            );
      next.set(node.key, flowNode);
      return flowNode;
    });
    cache = next;
    return nodes;
  };
}

function undoNodesOf(graph: GraphDocument): ReadonlySet<string> {
  return new Set(graph.edges.flatMap((edge) => (edge.port === UNDO_PORT ? [edge.target] : [])));
}

function usedPortsOf(graph: GraphDocument): Map<string, string> {
  const used = new Map<string, string>();
  for (const edge of graph.edges) {
    const ports = used.get(edge.source);
    used.set(edge.source, ports === undefined ? edge.port : `${ports} ${edge.port}`);
  }
  return used;
}

/** Whether a graph is drawn with its edges on one canvas at every zoom. */
export function isBulk(graph: GraphDocument): boolean {
  return graph.edges.length > BULK_EDGES_MIN;
}

/** Edges that touch the selection: a bulk canvas draws them on top, in the accent colour. */
export function pickedEdges(
  graph: GraphDocument,
  selectedEdges: ReadonlySet<string>,
  selectedNodes: ReadonlySet<string>,
): ReadonlySet<string> {
  const { incoming, outgoing } = indexOf(graph);
  const picked = new Set(selectedEdges);
  for (const key of selectedNodes) {
    for (const edge of incoming.get(key) ?? []) picked.add(edge.id);
    for (const edge of outgoing.get(key) ?? []) picked.add(edge.id);
  }
  return picked;
}

const NO_EDGES: FlowEdge[] = [];

interface EdgeProjectionInput {
  graph: GraphDocument;
  selected: ReadonlySet<string>;
  /** True: the bulk canvas draws them all. */
  isBulk: boolean;
}

/** Makes canvas edges of document edges; none when the bulk canvas draws them. */
export function createEdgeProjection(): (input: EdgeProjectionInput) => FlowEdge[] {
  let cache = new Map<string, FlowEdge>();
  return ({ graph, selected, isBulk: isEmpty }) => {
    if (isEmpty) return NO_EDGES;
    const next = new Map<string, FlowEdge>();
    const edges = graph.edges.map((edge) => {
      const known = cache.get(edge.id);
      const isSelected = selected.has(edge.id);
      const flowEdge =
        known?.data?.edge === edge && known.selected === isSelected
          ? known
          : toFlowEdge(edge, isSelected);
      next.set(edge.id, flowEdge);
      return flowEdge;
    });
    cache = next;
    return edges;
  };
}

function toFlowEdge(edge: GraphEdge, isSelected: boolean): FlowEdge {
  return {
    id: edge.id,
    type: 'curve',
    source: edge.source,
    target: edge.target,
    sourceHandle: edge.port,
    selected: isSelected,
    data: { edge },
  };
}
