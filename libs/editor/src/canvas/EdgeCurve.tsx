import { EdgeLabelRenderer, type EdgeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import { useEditorText } from '../i18n/index.js';
import { edgeFate, type EdgeVerdictView, useNodeRun } from '../run/source.js';
import { useCanvasLook } from './canvas-context.js';
import type { FlowEdge } from './flow.js';
import { curveBetween, curvePath, pointOnCurve } from './geometry.js';
import { usePortLabel } from './port-label.js';

/** Characters of a condition that an edge shows. */
const WHEN_SHOWN_MAX = 28;
const REASONS = ['taken', 'port', 'when', 'skipped', 'error'] as const;

/** Why an edge was taken or not, with the values that decided it. */
export function useVerdictText(): (verdict: EdgeVerdictView | undefined) => string {
  const t = useEditorText();
  return (verdict) => {
    if (!verdict) return '';
    const known = REASONS.find((reason) => reason === verdict.reason);
    const words = known ? t(`run.edge.${known}`) : verdict.reason;
    const values =
      verdict.values === undefined || verdict.values === null ? '' : JSON.stringify(verdict.values);
    return [words, verdict.message, values].filter(Boolean).join('\n');
  };
}

/** One edge as an element: a curve with its port and condition; on the run canvas its verdict. */
export const EdgeCurve = memo(function EdgeCurve(props: EdgeProps<FlowEdge>) {
  const { id, sourceX, sourceY, targetX, targetY, sourcePosition, selected, data } = props;
  const t = useEditorText();
  const portLabel = usePortLabel();
  const verdictText = useVerdictText();
  const look = useCanvasLook();
  const run = useNodeRun(look.run, props.source);
  const fate = look.run ? edgeFate(run, id) : undefined;
  const verdict = run?.verdicts && Object.hasOwn(run.verdicts, id) ? run.verdicts[id] : undefined;
  const side = sourcePosition === Position.Bottom ? 'below' : 'side';
  const curve = curveBetween({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, side);
  const path = curvePath(curve);
  const middle = pointOnCurve(curve, 0.5);
  const edge = data?.edge;
  const when = edge?.when;
  const shortWhen =
    when && when.length > WHEN_SHOWN_MAX ? `${when.slice(0, WHEN_SHOWN_MAX)}…` : when;
  const port = edge && edge.port !== 'success' ? portLabel({ name: edge.port }) : '';
  const label = [port, shortWhen ? t('canvas.when', { when: shortWhen }) : '']
    .filter(Boolean)
    .join(' · ');
  const title = verdictText(verdict) || when;
  return (
    <>
      <path
        className="h-edge"
        d={path}
        data-port={edge?.port}
        data-fate={fate}
        data-selected={selected || undefined}
        data-drop={look.dropEdgeId === id || undefined}
        markerEnd={`url(#h-arrow${selected ? '-selected' : fate === 'live' ? '-live' : ''})`}
      />
      <path className="h-edge-hit react-flow__edge-interaction" d={path}>
        {title ? <title>{title}</title> : null}
      </path>
      {label && !look.isSimple ? (
        <EdgeLabelRenderer>
          <div
            className="h-edge-label"
            data-port={edge?.port}
            data-fate={fate}
            title={title}
            style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px)` }}
          >
            {label}
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
});

/** Arrow heads that the edges point with; once per canvas. */
export function EdgeMarkers() {
  return (
    <svg className="h-markers" aria-hidden>
      <defs>
        {['', '-selected', '-live'].map((kind) => (
          <marker
            key={kind}
            id={`h-arrow${kind}`}
            className={`h-arrow${kind}`}
            viewBox="0 0 10 10"
            refX="9"
            refY="5"
            markerWidth="7"
            markerHeight="7"
            orient="auto-start-reverse"
          >
            <path d="M1,1 L9,5 L1,9 Z" />
          </marker>
        ))}
      </defs>
    </svg>
  );
}
