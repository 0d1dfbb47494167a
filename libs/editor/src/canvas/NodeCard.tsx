import { Tooltip } from '@mantine/core';
import { Handle, type NodeProps, Position, useUpdateNodeInternals } from '@xyflow/react';
import { CircleAlert, Plus, StickyNote, TriangleAlert } from 'lucide-react';
import { memo, useEffect, useRef } from 'react';
import { bodyOf, type GraphNode } from '@heddle/graph';
import { type EditorText, useEditorText } from '../i18n/index.js';
import { CardMarks, PaintStrip } from '../run/CardMarks.js';
import { HeatStrip } from '../run/HeatStrip.js';
import { RunStrip } from '../run/RunStrip.js';
import { stateName, useNodeReasons, useNodeRun } from '../run/source.js';
import { useCanvasLook } from './canvas-context.js';
import type { Badge, FlowNode } from './flow.js';
import type { PortPlace } from './geometry.js';
import { usePortLabel } from './port-label.js';
import { isContainer, typeColor, typeIcon, typeTitle } from './type-look.js';

function ProblemBadge({ badge }: { badge: Badge }) {
  const t = useEditorText();
  const count = badge.errorCount + badge.warningCount;
  const Icon = badge.errorCount > 0 ? CircleAlert : TriangleAlert;
  return (
    <span
      className="h-card-badge"
      data-severity={badge.errorCount > 0 ? 'error' : 'warning'}
      title={t('canvas.problems', { count })}
    >
      <Icon size={12} aria-hidden />
      <span className="h-sr">{t('canvas.problems', { count })}</span>
    </span>
  );
}

interface PortProps {
  nodeKey: string;
  name: string;
  port: PortPlace;
  isUsed: boolean;
}

function Port({ nodeKey, name, port, isUsed }: PortProps) {
  const t = useEditorText();
  const label = usePortLabel()(port);
  const { isEditable, onAddAfter } = useCanvasLook();
  const isBelow = port.side === 'below';
  const words = t('canvas.port', { port: label, name });
  return (
    <>
      <Tooltip label={label} openDelay={200} disabled={!isBelow}>
        <Handle
          type="source"
          id={port.name}
          position={isBelow ? Position.Bottom : Position.Right}
          className="h-port"
          data-port={port.name}
          data-side={port.side}
          data-used={isUsed || undefined}
          style={{ left: port.at.x, top: port.at.y, right: 'auto', bottom: 'auto' }}
          isConnectable={isEditable}
          aria-label={words}
        />
      </Tooltip>
      {isEditable && onAddAfter && !isUsed && !isBelow ? (
        <button
          type="button"
          className="h-card-plus nodrag nopan"
          style={{ left: port.at.x + 16, top: port.at.y }}
          aria-label={t('canvas.addNext', { name, port: label })}
          onClick={(event) => {
            event.stopPropagation();
            onAddAfter(nodeKey, port.name);
          }}
        >
          <Plus size={12} aria-hidden />
        </button>
      ) : null}
    </>
  );
}

/** What a node holds, in a few words: the size of its body, or the workflow that it starts. */
function insideOf(node: GraphNode, t: EditorText): string {
  const body = bodyOf(node);
  if (body) return t('canvas.inside', { count: body.nodes.length });
  const workflow = node.type === 'subworkflow' ? node.config['workflow'] : undefined;
  return typeof workflow === 'string' ? workflow : '';
}

/** A card that was drawn without handles has to have them measured once it gets them. */
function useMeasuredHandles(key: string, isSimple: boolean): void {
  const update = useUpdateNodeInternals();
  const wasSimple = useRef(isSimple);
  useEffect(() => {
    if (wasSimple.current && !isSimple) update(key);
    wasSimple.current = isSimple;
  }, [update, key, isSimple]);
}

/** One node on the canvas: type, title, key, ports; on the run canvas its state as well. */
export const NodeCard = memo(function NodeCard({ data, selected }: NodeProps<FlowNode>) {
  const { node, geometry, usedPorts, isUndo, badge } = data;
  const t = useEditorText();
  const portLabel = usePortLabel();
  const look = useCanvasLook();
  const run = useNodeRun(look.run, node.key);
  const reasons = useNodeReasons(look.run, node.key);
  const state = look.run ? stateName(run?.state) : undefined;
  const paint = look.paint?.get(node.key);
  const painted = paint
    ? {
        'data-paint': paint.effect,
        'data-uncertain': !paint.isCertain || undefined,
        'data-picked': paint.isPicked || undefined,
      }
    : {};
  const color = typeColor(node.type);
  useMeasuredHandles(node.key, look.isSimple);
  if (look.isSimple) {
    const isWrong = (badge?.errorCount ?? 0) > 0;
    return (
      <div
        className="h-card-simple"
        data-state={state}
        data-selected={selected || undefined}
        data-wrong={isWrong || undefined}
        {...painted}
        style={{ height: geometry.height, '--h-type-color': color } as React.CSSProperties}
      />
    );
  }
  const Icon = typeIcon(node.type);
  const title = node.name || node.key;
  const used = new Set(usedPorts.split(' '));
  const rows = geometry.ports.filter((port) => port.side === 'side');
  return (
    <div
      className="h-card-node"
      data-state={state}
      data-selected={selected || undefined}
      data-wrong={(badge?.errorCount ?? 0) > 0 || undefined}
      data-undo={isUndo || undefined}
      data-held={run?.hold ? true : undefined}
      data-reused={run?.reusedFrom ? true : undefined}
      data-stacked={run?.children || isContainer(node.type) ? true : undefined}
      {...painted}
      style={{ height: geometry.height, '--h-type-color': color } as React.CSSProperties}
    >
      <Handle
        type="target"
        position={Position.Left}
        className="h-port h-port-entry"
        style={{ top: geometry.entry.y }}
        isConnectable={look.isEditable}
        aria-label={t('canvas.entry', { name: title })}
      />
      <div className="h-card-head">
        <span className="h-card-icon" title={typeTitle(t, node.type)}>
          <Icon size={16} aria-hidden />
        </span>
        <span className="h-card-words">
          <span className="h-card-title" title={title}>
            {title}
          </span>
          {paint ? (
            <PaintStrip paint={paint} />
          ) : look.run && run ? (
            <RunStrip run={run} reasons={reasons} />
          ) : (
            <span className="h-card-key">
              {[node.name ? node.key : typeTitle(t, node.type), insideOf(node, t)]
                .filter(Boolean)
                .join(' · ')}
            </span>
          )}
        </span>
        {node.notes ? (
          <StickyNote size={12} className="h-card-note" aria-label={node.notes} />
        ) : null}
        {badge ? <ProblemBadge badge={badge} /> : null}
      </div>
      {run ? <CardMarks run={run} /> : null}
      {run?.children ? <HeatStrip counts={run.children} /> : null}
      {rows.length > 1
        ? rows.map((port) => (
            <span key={port.name} className="h-card-port-label" style={{ top: port.at.y }}>
              {portLabel(port)}
            </span>
          ))
        : null}
      {geometry.ports.map((port) => (
        <Port
          key={port.name}
          nodeKey={node.key}
          name={title}
          port={port}
          isUsed={used.has(port.name)}
        />
      ))}
    </div>
  );
});
