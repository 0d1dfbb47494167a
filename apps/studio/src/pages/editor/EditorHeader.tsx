import type { SaveState } from '@heddle/editor';
import { RelativeTime } from '@heddle/ui';
import { ActionIcon, Badge, Group, Text, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import {
  Check,
  ChevronRight,
  CloudOff,
  GitPullRequestClosed,
  type LucideIcon,
  PencilLine,
  RefreshCw,
  TriangleAlert,
} from 'lucide-react';
import { useState } from 'react';
import { HoldBadge, type ShownHold } from '../../components/hold/HoldBadge.js';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';
import { roleIncludes } from '../../session.js';
import { RenameWorkflowDialog } from '../workflows/RenameWorkflowDialog.js';
import type { LoadedWorkflow } from './EditorPage.js';
import type { PublishState } from './shared.js';

const SAVE_LOOK: Record<SaveState['kind'], { icon: LucideIcon; color: string }> = {
  saved: { icon: Check, color: 'var(--h-text-dim)' },
  dirty: { icon: PencilLine, color: 'var(--h-text-dim)' },
  saving: { icon: RefreshCw, color: 'var(--h-text-dim)' },
  offline: { icon: CloudOff, color: 'var(--h-warn)' },
  conflict: { icon: GitPullRequestClosed, color: 'var(--h-state-failed)' },
  refused: { icon: TriangleAlert, color: 'var(--h-state-failed)' },
};

function SaveStatus({ state }: { state: SaveState }) {
  const t = useWorkText();
  const { icon: Icon, color } = SAVE_LOOK[state.kind];
  const hint =
    state.kind === 'refused'
      ? t('save.refusedHint', { message: state.message })
      : state.kind === 'offline'
        ? t('save.offlineHint')
        : '';
  return (
    <Tooltip label={hint} disabled={hint === ''} multiline maw={320}>
      <span className="h-save" style={{ color }} data-state={state.kind} role="status">
        <Icon size={13} aria-hidden className={state.kind === 'saving' ? 'h-spin' : undefined} />
        {t(`save.${state.kind}`)}
      </span>
    </Tooltip>
  );
}

interface EditorHeaderProps {
  workflow: LoadedWorkflow;
  meta: PublishState;
  saveState: SaveState;
  isReadOnly: boolean;
  hold: ShownHold | null;
}

/** Name, version and save status of the workflow. */
export function EditorHeader({ workflow, meta, saveState, isReadOnly, hold }: EditorHeaderProps) {
  const t = useText();
  const work = useWorkText();
  const [isRenaming, setRenaming] = useState(false);
  return (
    <header className="h-editor-head">
      <Link
        to="/n/$namespace/workflows"
        params={{ namespace: workflow.namespace.name }}
        className="h-crumb"
      >
        {t('workflows.title')}
      </Link>
      <ChevronRight size={13} aria-hidden style={{ flex: 'none' }} />
      <Text component="h1" fw={600} size="sm" truncate m={0}>
        {workflow.name}
      </Text>
      {isReadOnly ? (
        <Badge color="gray">
          {work(workflow.isArchived ? 'editor.archived' : 'editor.readOnly')}
        </Badge>
      ) : (
        <Tooltip label={work('editor.rename')}>
          <ActionIcon
            size="sm"
            aria-label={work('editor.rename')}
            onClick={() => setRenaming(true)}
          >
            <PencilLine size={13} />
          </ActionIcon>
        </Tooltip>
      )}
      <Group gap={8} wrap="nowrap" ml={4}>
        {meta.publishedVersion === null ? (
          <Badge color="gray">{t('workflows.notPublished')}</Badge>
        ) : (
          <Badge color="indigo">{t('workflows.version', { number: meta.publishedVersion })}</Badge>
        )}
        {meta.hasUnpublishedChanges && meta.publishedVersion !== null ? (
          <Tooltip label={t('workflows.changes')}>
            <span className="h-dot-changed" role="img" aria-label={t('workflows.changes')} />
          </Tooltip>
        ) : null}
      </Group>
      {hold ? (
        <HoldBadge
          hold={hold}
          target={
            roleIncludes(workflow.namespace.role, 'OPERATOR')
              ? { kind: 'workflow', workflowId: workflow.id }
              : null
          }
        />
      ) : null}
      <Group gap={12} wrap="nowrap" ml="auto">
        <Link
          to="/n/$namespace/runs"
          params={{ namespace: workflow.namespace.name }}
          search={{ workflow: workflow.id }}
          className="h-crumb"
        >
          {t('nav.runs')}
        </Link>
        {isReadOnly ? (
          <Text size="xs" c="dimmed" component="span">
            {workflow.draft.updatedBy} <RelativeTime at={workflow.draft.updatedAt} />
          </Text>
        ) : (
          <SaveStatus state={saveState} />
        )}
      </Group>
      <RenameWorkflowDialog
        workflow={workflow}
        isOpen={isRenaming}
        onClose={() => setRenaming(false)}
      />
    </header>
  );
}
