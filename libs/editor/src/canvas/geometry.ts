import type { NodeRegistry, PortDefinition } from '@heddle/engine';
import { type GraphDocument, type GraphEdge, type GraphNode, UNDO_PORT } from '@heddle/graph';
import { isJsonObject } from '@heddle/kernel';

/** Width of every node on the canvas, in pixels at zoom 1. */
export const NODE_WIDTH = 216;
/** Height of the part with icon, title and key. */
export const HEADER_HEIGHT = 54;
/** Height of one row with a port's label. */
export const PORT_ROW_HEIGHT = 24;
/** Where the outcome ports sit on the lower edge, from the right; `success` only when the node has ports of its own. */
const OUTCOME_INSETS: Readonly<Record<string, number>> = {
  success: 116,
  failure: 70,
  always: 28,
  undo: 170,
};

/** A place on the canvas. */
export interface Point {
  x: number;
  y: number;
}

/** A source handle of a node. */
export interface PortPlace {
  name: string;
  label: string;
  /** `side` ports leave to the right, `below` ports from the lower edge. */
  side: 'side' | 'below';
  /** Relative to the node's top left corner. */
  at: Point;
}

/** Size and handles of a node; a pure function of its type and config, so that nothing is measured. */
export interface NodeGeometry {
  height: number;
  ports: readonly PortPlace[];
  /** Where edges enter. */
  entry: Point;
}

const geometries = new WeakMap<GraphNode, NodeGeometry>();
const FALLBACK_PORTS: PortDefinition[] = [
  { name: 'success' },
  { name: 'failure' },
  { name: 'always' },
];

function portsOf(registry: NodeRegistry, node: GraphNode): PortDefinition[] {
  const type = Object.hasOwn(registry, node.type) ? registry[node.type] : undefined;
  if (!type) return FALLBACK_PORTS;
  const ports = type.ports(isJsonObject(node.config) ? node.config : {});
  // What can succeed can be undone.
  const names = ports.map((port) => port.name);
  const hasUndo = names.includes('success') && !names.includes(UNDO_PORT);
  return hasUndo ? [...ports, { name: UNDO_PORT }] : ports;
}

/** Size and handles of a node, made once per node object. */
export function geometryOf(registry: NodeRegistry, node: GraphNode): NodeGeometry {
  const known = geometries.get(node);
  if (known) return known;
  const ports = portsOf(registry, node);
  const hasOwnPorts = ports.some((port) => OUTCOME_INSETS[port.name] === undefined);
  // Where success is the usual way on, it leaves beside the others; where cases stand for it, below them.
  const isSuccessFirst = !hasOwnPorts || ports[0]?.name === 'success';
  const isSide = ({ name }: PortDefinition): boolean =>
    OUTCOME_INSETS[name] === undefined || (name === 'success' && isSuccessFirst);
  const side = ports.filter(isSide);
  const below = ports.filter((port) => !isSide(port));
  const hasRows = side.length > 1;
  const height = HEADER_HEIGHT + (hasRows ? side.length * PORT_ROW_HEIGHT + 6 : 0);
  const geometry: NodeGeometry = {
    height,
    entry: { x: 0, y: HEADER_HEIGHT / 2 },
    ports: [
      ...side.map<PortPlace>((port, row) => ({
        name: port.name,
        label: port.label ?? port.name,
        side: 'side',
        at: {
          x: NODE_WIDTH,
          y: hasRows ? HEADER_HEIGHT + (row + 0.5) * PORT_ROW_HEIGHT : HEADER_HEIGHT / 2,
        },
      })),
      ...below.map<PortPlace>((port) => ({
        name: port.name,
        label: port.label ?? port.name,
        side: 'below',
        at: { x: NODE_WIDTH - (OUTCOME_INSETS[port.name] ?? 0), y: height },
      })),
    ],
  };
  geometries.set(node, geometry);
  return geometry;
}

/** A cubic curve between two handles. */
export interface Curve {
  from: Point;
  to: Point;
  c1: Point;
  c2: Point;
}

/** The curve of an edge, from its port to its target's entry. */
export function edgeCurve(
  registry: NodeRegistry,
  edge: GraphEdge,
  nodes: ReadonlyMap<string, GraphNode>,
): Curve | null {
  const source = nodes.get(edge.source);
  const target = nodes.get(edge.target);
  if (!source || !target) return null;
  const geometry = geometryOf(registry, source);
  const port = geometry.ports.find((place) => place.name === edge.port) ?? geometry.ports[0];
  const exit = port?.at ?? { x: NODE_WIDTH, y: HEADER_HEIGHT / 2 };
  const entry = geometryOf(registry, target).entry;
  return curveBetween(
    { x: source.position.x + exit.x, y: source.position.y + exit.y },
    { x: target.position.x + entry.x, y: target.position.y + entry.y },
    port?.side ?? 'side',
  );
}

/** The curve between two points; it leaves to the right or downwards and enters from the left. */
export function curveBetween(from: Point, to: Point, side: PortPlace['side']): Curve {
  const reach = Math.max(36, Math.min(220, Math.hypot(to.x - from.x, to.y - from.y) * 0.45));
  const c1 = side === 'side' ? { x: from.x + reach, y: from.y } : { x: from.x, y: from.y + reach };
  return { from, to, c1, c2: { x: to.x - reach, y: to.y } };
}

/** A curve as SVG path data. */
export function curvePath({ from, c1, c2, to }: Curve): string {
  return `M${from.x},${from.y}C${c1.x},${c1.y} ${c2.x},${c2.y} ${to.x},${to.y}`;
}

/** The point of a curve at `t` from 0 to 1. */
export function pointOnCurve({ from, c1, c2, to }: Curve, t: number): Point {
  const u = 1 - t;
  const mix = (a: number, b: number, c: number, d: number): number =>
    u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
  return { x: mix(from.x, c1.x, c2.x, to.x), y: mix(from.y, c1.y, c2.y, to.y) };
}

const SAMPLES = 24;

/** The edge nearest to a point within `reach` pixels; null when none is that near. */
export function nearestEdge(
  registry: NodeRegistry,
  graph: GraphDocument,
  at: Point,
  reach: number,
): GraphEdge | null {
  const nodes = new Map(graph.nodes.map((node) => [node.key, node]));
  let best: GraphEdge | null = null;
  let bestDistance = reach;
  for (const edge of graph.edges) {
    const curve = edgeCurve(registry, edge, nodes);
    if (!curve || !isNearBox(curve, at, reach)) continue;
    for (let i = 0; i <= SAMPLES; i++) {
      const distance = distanceToSegment(
        at,
        pointOnCurve(curve, i / SAMPLES),
        pointOnCurve(curve, Math.min(1, (i + 1) / SAMPLES)),
      );
      if (distance >= bestDistance) continue;
      bestDistance = distance;
      best = edge;
    }
  }
  return best;
}

function isNearBox({ from, c1, c2, to }: Curve, at: Point, reach: number): boolean {
  const xs = [from.x, c1.x, c2.x, to.x];
  const ys = [from.y, c1.y, c2.y, to.y];
  return (
    at.x >= Math.min(...xs) - reach &&
    at.x <= Math.max(...xs) + reach &&
    at.y >= Math.min(...ys) - reach &&
    at.y <= Math.max(...ys) + reach
  );
}

function distanceToSegment(p: Point, a: Point, b: Point): number {
  const length2 = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const t =
    length2 === 0
      ? 0
      : Math.max(0, Math.min(1, ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / length2));
  return Math.hypot(p.x - (a.x + t * (b.x - a.x)), p.y - (a.y + t * (b.y - a.y)));
}
