import { type GraphEdge, indexOf, updateEdge } from '@heddle/graph';
import { ActionIcon, Button, Group, Input, Select, Stack, Text, Tooltip } from '@mantine/core';
import { MoveRight, Spline, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { geometryOf } from '../canvas/geometry.js';
import { usePortLabel } from '../canvas/port-label.js';
import { CodeField } from '../code/CodeField.js';
import { edgeScope } from '../code/scope.js';
import { deleteSelection } from '../document/edits.js';
import { select } from '../document/view-store.js';
import { useEditorText } from '../i18n/index.js';
import { useDocument, useSession } from '../session-context.js';
import { NodeProblems } from './NodeProblems.js';
import { PanelFrame } from './PanelFrame.js';

/** A node's name as a button that selects it. */
function NodeLink({ nodeKey }: { nodeKey: string }) {
  const session = useSession();
  const node = useDocument((state) => indexOf(state.graph).nodes.get(nodeKey));
  return (
    <Button
      variant="default"
      size="compact-xs"
      onClick={() => {
        select(session.view, [nodeKey]);
        session.canvas.current?.centerNode(nodeKey);
      }}
    >
      {node?.name || nodeKey}
    </Button>
  );
}

/** Port and condition of one edge. */
export function EdgePanel({ edge, onClose }: { edge: GraphEdge; onClose: () => void }) {
  const t = useEditorText();
  const portLabel = usePortLabel();
  const session = useSession();
  const graph = useDocument((state) => state.graph);
  const source = indexOf(graph).nodes.get(edge.source);
  const ports = source ? geometryOf(session.registry, source).ports : [];
  const known = ports.some((port) => port.name === edge.port)
    ? ports
    : [...ports, { name: edge.port, label: edge.port }];
  const problems = useMemo(
    () => session.problems.filter((problem) => problem.edgeId === edge.id),
    [session.problems, edge.id],
  );
  const change = (changes: { port?: string; when?: string | null }, field: string): void => {
    session.document.edit((current) => updateEdge(current, { id: edge.id, changes }), {
      label: t('edit.edge'),
      mark: `edge:${edge.id}:${field}`,
    });
  };
  const remove = session.isReadOnly ? null : (
    <Tooltip label={t('edge.delete')}>
      <ActionIcon aria-label={t('edge.delete')} onClick={() => deleteSelection(session)}>
        <Trash2 size={15} />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <PanelFrame
      title={t('panel.edge')}
      icon={<Spline size={16} aria-hidden />}
      actions={remove}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Group gap={6}>
          <NodeLink nodeKey={edge.source} />
          <MoveRight size={14} aria-hidden />
          <NodeLink nodeKey={edge.target} />
        </Group>
        <Text size="xs" c="dimmed" className="h-mono">
          {edge.id}
        </Text>
        <NodeProblems problems={problems} />
        <Select
          label={t('edge.port')}
          allowDeselect={false}
          disabled={session.isReadOnly}
          data={known.map((port) => ({ value: port.name, label: portLabel(port) }))}
          value={edge.port}
          onChange={(port) => port && change({ port }, 'port')}
        />
        <Input.Wrapper
          size="xs"
          labelElement="div"
          label={t('edge.when')}
          description={t('edge.whenHint')}
        >
          <CodeField
            mode="cel"
            value={edge.when ?? ''}
            scope={edgeScope(graph, edge.source)}
            label={t('edge.when')}
            placeholder={t('field.cel')}
            isReadOnly={session.isReadOnly}
            onChange={(text) => change({ when: text.trim() === '' ? null : text }, 'when')}
          />
        </Input.Wrapper>
      </Stack>
    </PanelFrame>
  );
}
