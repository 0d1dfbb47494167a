import type { NodeRegistry } from '@heddle/engine';
import { type GraphDocument, indexOf } from '@heddle/graph';
import { useComputedColorScheme } from '@mantine/core';
import { useStoreApi } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { edgeFate, type EdgeFate, type NodeRunSource } from '../run/source.js';
import { type Curve, edgeCurve, type Point } from './geometry.js';

interface BulkEdgesProps {
  registry: NodeRegistry;
  graph: GraphDocument;
  /** Edges that touch the selection, drawn on top. */
  picked: ReadonlySet<string>;
  run: NodeRunSource | null;
  /** Places of nodes during a drag. */
  dragged?: ReadonlyMap<string, Point> | null;
}

type Paths = Record<EdgeFate, Path2D>;

function addCurve(path: Path2D, curve: Curve): void {
  path.moveTo(curve.from.x, curve.from.y);
  path.bezierCurveTo(curve.c1.x, curve.c1.y, curve.c2.x, curve.c2.y, curve.to.x, curve.to.y);
}

/** The curves of the picked edges, with dragged nodes where they are at the moment. */
function buildPicked({ registry, graph, picked, dragged }: BulkEdgesProps): Path2D {
  const path = new Path2D();
  if (picked.size === 0) return path;
  const index = indexOf(graph);
  const nodes = new Map(index.nodes);
  for (const [key, position] of dragged ?? []) {
    const node = nodes.get(key);
    if (node) nodes.set(key, { ...node, position });
  }
  for (const id of picked) {
    const edge = index.edges.get(id);
    const curve = edge && edgeCurve(registry, edge, nodes);
    if (curve) addCurve(path, curve);
  }
  return path;
}

function buildPaths({ registry, graph, picked, run }: BulkEdgesProps): Paths {
  const { nodes } = indexOf(graph);
  const paths: Paths = { open: new Path2D(), live: new Path2D(), dead: new Path2D() };
  for (const edge of graph.edges) {
    if (picked.has(edge.id)) continue;
    const curve = edgeCurve(registry, edge, nodes);
    if (!curve) continue;
    const path = paths[run ? edgeFate(run.getNode(edge.source), edge.id) : 'open'];
    addCurve(path, curve);
  }
  return paths;
}

interface Pens {
  open: string;
  live: string;
  dead: string;
  picked: string;
}

function readPens(element: Element): Pens {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  return {
    open: color('--h-edge'),
    live: color('--h-state-succeeded'),
    dead: color('--h-line-strong'),
    picked: color('--h-accent'),
  };
}

interface Scene {
  paths: Paths;
  picked: Path2D;
  pens: Pens;
}

type Transform = readonly [number, number, number];

function draw(
  canvas: HTMLCanvasElement,
  { paths, picked, pens }: Scene,
  [x, y, zoom]: Transform,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * x, ratio * y);
  // Lines stay visible far out and do not grow thick close up.
  const hairline = Math.max(0.75, Math.min(1.4, zoom * 2)) / zoom;
  const stroke = (path: Path2D, color: string, width = hairline): void => {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke(path);
  };
  // Thousands of lines lie on each other: half transparent, dense places stay readable.
  context.globalAlpha = 0.55;
  context.setLineDash([4 * hairline, 4 * hairline]);
  stroke(paths.dead, pens.dead);
  context.setLineDash([]);
  stroke(paths.open, pens.open);
  stroke(paths.live, pens.live);
  context.globalAlpha = 1;
  stroke(picked, pens.picked, hairline * 1.6);
}

/**
 * All edges of a large graph on one canvas below the nodes. One element instead of thousands: panning draws four paths
 * per frame, whatever the number of edges.
 */
export function BulkEdges(props: BulkEdgesProps) {
  const { registry, graph, picked, run, dragged } = props;
  const ref = useRef<HTMLCanvasElement>(null);
  const scene = useRef<Scene | null>(null);
  const schedule = useRef<() => void>(() => undefined);
  const store = useStoreApi();
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    let frame = 0;
    let drawn: unknown = null;
    const redraw = (): void => {
      frame = 0;
      const { transform } = store.getState();
      drawn = transform;
      if (scene.current) draw(canvas, scene.current, transform);
    };
    schedule.current = () => {
      frame ||= requestAnimationFrame(redraw);
    };
    const resize = new ResizeObserver(schedule.current);
    resize.observe(canvas);
    const unsubscribe = store.subscribe(({ transform }) => {
      if (transform !== drawn) schedule.current();
    });
    return () => {
      cancelAnimationFrame(frame);
      resize.disconnect();
      unsubscribe();
    };
  }, [store]);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    const rebuild = (): void => {
      const paths = buildPaths({ registry, graph, picked, run });
      const top = scene.current?.picked ?? new Path2D();
      scene.current = { paths, picked: top, pens: readPens(canvas) };
      schedule.current();
    };
    rebuild();
    return run?.subscribe(rebuild);
  }, [registry, graph, picked, run, scheme]);
  useEffect(() => {
    if (!scene.current) return;
    scene.current.picked = buildPicked({ registry, graph, picked, run, dragged: dragged ?? null });
    schedule.current();
  }, [registry, graph, picked, run, dragged]);
  return <canvas ref={ref} className="h-bulk-edges" aria-hidden />;
}
