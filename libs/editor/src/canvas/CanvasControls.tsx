import { ActionIcon, Tooltip } from '@mantine/core';
import { MiniMap, Panel, useReactFlow } from '@xyflow/react';
import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { useEditorText } from '../i18n/index.js';
import type { FlowNode } from './flow.js';
import { typeColor } from './type-look.js';

/** Larger graphs have no minimap: it would draw every node a second time on each move. */
const MINIMAP_NODES_MAX = 400;

const BUTTONS = [
  { label: 'command.zoomOut', icon: ZoomOut, act: 'zoomOut' },
  { label: 'command.zoomIn', icon: ZoomIn, act: 'zoomIn' },
  { label: 'command.fit', icon: Maximize, act: 'fitView' },
] as const;

/** Zoom buttons and minimap at the lower edge of a canvas. */
export function CanvasControls({
  nodeCount,
  nodeColor,
}: {
  nodeCount: number;
  nodeColor?: (node: FlowNode) => string;
}) {
  const t = useEditorText();
  const flow = useReactFlow();
  return (
    <>
      <Panel position="bottom-left">
        <div className="h-zoom">
          {BUTTONS.map(({ label, icon: Icon, act }) => (
            <Tooltip key={act} label={t(label)}>
              <ActionIcon
                aria-label={t(label)}
                radius={0}
                onClick={() => void flow[act]({ duration: 200 })}
              >
                <Icon size={15} />
              </ActionIcon>
            </Tooltip>
          ))}
        </div>
      </Panel>
      {nodeCount > 8 && nodeCount <= MINIMAP_NODES_MAX ? (
        <MiniMap
          pannable
          zoomable
          position="bottom-right"
          style={{ width: 150, height: 96 }}
          nodeColor={
            (nodeColor ?? ((node: FlowNode) => typeColor(node.data.node.type))) as () => string
          }
          nodeStrokeWidth={0}
          nodeBorderRadius={20}
        />
      ) : null}
    </>
  );
}
