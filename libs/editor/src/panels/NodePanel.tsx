import type { GraphNode, NodeChanges } from '@heddle/graph';
import { updateNode } from '@heddle/graph';
import { ActionIcon, Tabs, Textarea, Tooltip } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { typeColor, typeIcon, typeTitle } from '../canvas/type-look.js';
import { deleteSelection } from '../document/edits.js';
import { useEditorText } from '../i18n/index.js';
import { useSession } from '../session-context.js';
import { ControlTab } from './ControlTab.js';
import { NodeConfigForm } from './NodeConfigForm.js';
import { NodeIdentity } from './NodeIdentity.js';
import { NodeProblems } from './NodeProblems.js';
import { PanelFrame } from './PanelFrame.js';

/** Changes fields of a node; edits of one field that follow quickly are one undo. */
export type ChangeNode = (changes: NodeChanges, label: string, field: string) => void;

/** Everything that can be set on one node. */
export function NodePanel({ node, onClose }: { node: GraphNode; onClose: () => void }) {
  const t = useEditorText();
  const session = useSession();
  const { document, isReadOnly } = session;
  const problems = useMemo(
    () => session.problems.filter((problem) => problem.nodeKey === node.key),
    [session.problems, node.key],
  );
  const change: ChangeNode = (changes, label, field) => {
    document.edit((graph) => updateNode(graph, { key: node.key, changes }), {
      label,
      mark: `node:${node.key}:${field}`,
    });
  };
  const Icon = typeIcon(node.type);
  const remove = isReadOnly ? null : (
    <Tooltip label={t('panel.delete')}>
      <ActionIcon aria-label={t('panel.delete')} onClick={() => deleteSelection(session)}>
        <Trash2 size={15} />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <PanelFrame
      title={typeTitle(t, node.type)}
      icon={<Icon size={16} color={typeColor(node.type)} aria-hidden />}
      actions={remove}
      onClose={onClose}
    >
      <NodeIdentity node={node} change={change} />
      <NodeProblems problems={problems} />
      <Tabs defaultValue="config" mt="sm">
        <Tabs.List>
          <Tabs.Tab value="config">{t('panel.tab.config')}</Tabs.Tab>
          <Tabs.Tab value="control">{t('panel.tab.control')}</Tabs.Tab>
          <Tabs.Tab value="notes">{t('panel.tab.notes')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="config" pt="sm">
          <NodeConfigForm node={node} problems={problems} change={change} />
        </Tabs.Panel>
        <Tabs.Panel value="control" pt="sm">
          <ControlTab node={node} problems={problems} change={change} />
        </Tabs.Panel>
        <Tabs.Panel value="notes" pt="sm">
          <Textarea
            label={t('panel.notes')}
            description={t('panel.notesHint')}
            autosize
            minRows={5}
            readOnly={isReadOnly}
            value={node.notes ?? ''}
            onChange={(event) =>
              change({ notes: event.currentTarget.value || null }, t('edit.notes'), 'notes')
            }
          />
        </Tabs.Panel>
      </Tabs>
    </PanelFrame>
  );
}
