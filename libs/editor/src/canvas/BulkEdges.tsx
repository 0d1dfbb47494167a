import type { NodeRegistry } from '@heddle/engine';
import type { GraphDocument } from '@heddle/graph';
import { useComputedColorScheme } from '@mantine/core';
import { useStoreApi } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { edgeFate, type EdgeFate, type NodeRunSource } from '../run/source.js';
import { edgeCurve } from './geometry.js';

interface BulkEdgesProps {
  registry: NodeRegistry;
  graph: GraphDocument;
  /** Edges that are drawn as elements already. */
  except: ReadonlySet<string>;
  run: NodeRunSource | null;
}

type Paths = Record<EdgeFate, Path2D>;

function buildPaths({ registry, graph, except, run }: BulkEdgesProps): Paths {
  const nodes = new Map(graph.nodes.map((node) => [node.key, node]));
  const paths: Paths = { open: new Path2D(), live: new Path2D(), dead: new Path2D() };
  for (const edge of graph.edges) {
    if (except.has(edge.id)) continue;
    const curve = edgeCurve(registry, edge, nodes);
    if (!curve) continue;
    const path = paths[run ? edgeFate(run.getNode(edge.source), edge.id) : 'open'];
    path.moveTo(curve.from.x, curve.from.y);
    path.bezierCurveTo(curve.c1.x, curve.c1.y, curve.c2.x, curve.c2.y, curve.to.x, curve.to.y);
  }
  return paths;
}

interface Pens {
  open: string;
  live: string;
  dead: string;
}

function readPens(element: Element): Pens {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  return {
    open: color('--h-edge'),
    live: color('--h-state-succeeded'),
    dead: color('--h-line-strong'),
  };
}

function draw(
  canvas: HTMLCanvasElement,
  paths: Paths,
  pens: Pens,
  [x, y, zoom]: readonly [number, number, number],
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const { clientWidth, clientHeight } = canvas;
  const width = Math.round(clientWidth * ratio);
  const height = Math.round(clientHeight * ratio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * x, ratio * y);
  // Lines stay visible far out and do not grow thick close up.
  const hairline = Math.max(0.75, Math.min(1.4, zoom * 2)) / zoom;
  context.lineWidth = hairline;
  context.strokeStyle = pens.dead;
  context.setLineDash([4 * hairline, 4 * hairline]);
  context.stroke(paths.dead);
  context.setLineDash([]);
  context.strokeStyle = pens.open;
  context.stroke(paths.open);
  context.strokeStyle = pens.live;
  context.stroke(paths.live);
}

/**
 * All edges of a large graph on one canvas below the nodes. One element instead of thousands: panning draws three paths
 * per frame, whatever the number of edges.
 */
export function BulkEdges(props: BulkEdgesProps) {
  const { registry, graph, except, run } = props;
  const ref = useRef<HTMLCanvasElement>(null);
  const store = useStoreApi();
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    const pens = readPens(canvas);
    let paths = buildPaths({ registry, graph, except, run });
    let frame = 0;
    let drawn: unknown = null;
    const redraw = (): void => {
      frame = 0;
      const { transform } = store.getState();
      drawn = transform;
      draw(canvas, paths, pens, transform);
    };
    const schedule = (): void => {
      frame ||= requestAnimationFrame(redraw);
    };
    schedule();
    const resize = new ResizeObserver(schedule);
    resize.observe(canvas);
    const closers = [
      store.subscribe((state) => {
        if (state.transform !== drawn) schedule();
      }),
      run?.subscribe(() => {
        paths = buildPaths({ registry, graph, except, run });
        schedule();
      }),
    ];
    return () => {
      cancelAnimationFrame(frame);
      resize.disconnect();
      closers.forEach((close) => close?.());
    };
  }, [store, registry, graph, except, run, scheme]);
  return <canvas ref={ref} className="h-bulk-edges" aria-hidden />;
}
