import { type GraphNode, indexOf, nodeKeyProblem, renameNodeKey } from '@heddle/graph';
import { Stack, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { expressionPathsOf } from '../document/edits.js';
import { select } from '../document/view-store.js';
import { useEditorText } from '../i18n/index.js';
import { useSession } from '../session-context.js';
import type { ChangeNode } from './NodePanel.js';

/** Name and key of a node. The key is taken over when the field is left, because expressions follow it. */
export function NodeIdentity({ node, change }: { node: GraphNode; change: ChangeNode }) {
  const t = useEditorText();
  const session = useSession();
  const [key, setKey] = useState(node.key);
  useEffect(() => setKey(node.key), [node.key]);
  const { graph } = session.document.state.getState();
  const isTaken = key !== node.key && indexOf(graph).nodes.has(key);
  const problem = nodeKeyProblem(key) ?? (isTaken ? `"${key}"` : null);
  const rename = (): void => {
    if (key === node.key || problem !== null) return setKey(node.key);
    const result = session.document.edit(
      (current) =>
        renameNodeKey(current, {
          key: node.key,
          newKey: key,
          expressionPathsOf: expressionPathsOf(session),
        }),
      { label: t('edit.rename') },
    );
    if (result.ok) select(session.view, [key]);
    else setKey(node.key);
  };
  return (
    <Stack gap="xs">
      <TextInput
        label={t('panel.name')}
        placeholder={node.key}
        value={node.name ?? ''}
        readOnly={session.isReadOnly}
        onChange={(event) =>
          change({ name: event.currentTarget.value || null }, t('edit.rename'), 'name')
        }
      />
      <TextInput
        label={t('panel.key')}
        description={t('panel.keyHint', { key })}
        value={key}
        readOnly={session.isReadOnly}
        error={problem}
        onChange={(event) => setKey(event.currentTarget.value)}
        onBlur={rename}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
    </Stack>
  );
}
