import { canConnect, connect, type NewEdge, updateEdge } from '@heddle/graph';
import {
  type Connection,
  type FinalConnectionState,
  type IsValidConnection,
  useReactFlow,
} from '@xyflow/react';
import { useMemo } from 'react';
import { select } from '../document/view-store.js';
import type { EditorSession } from '../session.js';
import type { FlowEdge } from './flow.js';

function toNewEdge(connection: Connection | FlowEdge): NewEdge {
  return {
    source: connection.source,
    target: connection.target,
    port: connection.sourceHandle ?? 'success',
  };
}

function pointOf(event: MouseEvent | TouchEvent): { x: number; y: number } | null {
  const at = 'changedTouches' in event ? event.changedTouches[0] : event;
  return at ? { x: at.clientX, y: at.clientY } : null;
}

/** Drawing, moving and checking edges by their handles; a connection dropped on nothing opens the node search there. */
export function useConnect(
  session: EditorSession,
  container: React.RefObject<HTMLDivElement | null>,
) {
  const flow = useReactFlow();
  return useMemo(() => {
    const { document, view, text } = session;
    const isValidConnection: IsValidConnection<FlowEdge> = (connection) =>
      canConnect(document.state.getState().graph, toNewEdge(connection)) === null;
    const onConnect = (connection: Connection): void => {
      document.edit((graph) => connect(graph, { edge: toNewEdge(connection) }), {
        label: text('edit.connect'),
      });
    };
    const onReconnect = (edge: FlowEdge, connection: Connection): void => {
      const changes = toNewEdge(connection);
      const result = document.edit((graph) => updateEdge(graph, { id: edge.id, changes }), {
        label: text('edit.edge'),
      });
      if (result.ok) select(view, [], [edge.id]);
    };
    const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState): void => {
      const at = pointOf(event);
      const box = container.current?.getBoundingClientRect();
      if (!at || !box || state.toNode || !state.fromNode || state.fromHandle?.type !== 'source')
        return;
      const position = flow.screenToFlowPosition(at);
      view.setState({
        insert: {
          position: { x: position.x, y: position.y - 27 },
          screen: { x: at.x - box.left, y: at.y - box.top },
          source: { key: state.fromNode.id, port: state.fromHandle.id ?? 'success' },
        },
      });
    };
    return { isValidConnection, onConnect, onReconnect, onConnectEnd };
  }, [session, flow, container]);
}
