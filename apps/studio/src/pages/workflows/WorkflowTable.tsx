import { Badge, Group, Text, Tooltip } from '@mantine/core';
import type { WorkflowsQuery } from '@heddle/studio-data';
import { RelativeTime } from '@heddle/ui';
import { Link } from '@tanstack/react-router';
import { PencilLine } from 'lucide-react';
import { RunDots } from '../../components/RunDots.js';
import { HoldBadge } from '../../components/hold/HoldBadge.js';
import { useText } from '../../i18n/index.js';
import { useCan } from '../../session.js';
import { WorkflowMenu } from './WorkflowMenu.js';

/** A row of the workflow list. */
export type WorkflowRow = WorkflowsQuery['workflows']['nodes'][number];

interface WorkflowTableProps {
  namespace: string;
  workflows: readonly WorkflowRow[];
  canEdit: boolean;
}

function VersionCell({ workflow }: { workflow: WorkflowRow }) {
  const t = useText();
  return (
    <Group gap={6} wrap="nowrap">
      {workflow.publishedVersion === null ? (
        <Text size="sm" c="dimmed">
          {t('workflows.notPublished')}
        </Text>
      ) : (
        <Badge color="indigo">
          {t('workflows.version', { number: workflow.publishedVersion })}
        </Badge>
      )}
      {workflow.hasUnpublishedChanges && workflow.publishedVersion !== null ? (
        <Tooltip label={t('workflows.changes')}>
          <PencilLine size={14} color="var(--h-warn)" aria-label={t('workflows.changes')} />
        </Tooltip>
      ) : null}
    </Group>
  );
}

/** The workflow list as a table. */
export function WorkflowTable({ namespace, workflows, canEdit }: WorkflowTableProps) {
  const t = useText();
  const canHold = useCan('OPERATOR');
  return (
    <div className="h-card">
      <table className="h-table">
        <thead>
          <tr>
            <th>{t('workflows.name')}</th>
            <th>{t('workflows.published')}</th>
            <th>{t('workflows.lastRuns')}</th>
            <th>{t('workflows.updated')}</th>
            <th aria-label={t('action.more')} />
          </tr>
        </thead>
        <tbody>
          {workflows.map((workflow) => (
            <tr key={workflow.id}>
              <td style={{ maxWidth: 460 }}>
                <Link
                  className="h-row-link"
                  to="/n/$namespace/workflows/$workflowId"
                  params={{ namespace, workflowId: workflow.id }}
                >
                  {workflow.name}
                </Link>
                <Text size="xs" c="dimmed" lineClamp={1}>
                  {workflow.description}
                </Text>
                {workflow.hold ? (
                  <HoldBadge
                    hold={workflow.hold}
                    target={canHold ? { kind: 'workflow', workflowId: workflow.id } : null}
                  />
                ) : null}
              </td>
              <td>
                <VersionCell workflow={workflow} />
              </td>
              <td>
                <RunDots namespace={namespace} runs={workflow.lastRuns} />
              </td>
              <td style={{ whiteSpace: 'nowrap' }}>
                <RelativeTime at={workflow.updatedAt} />
              </td>
              <td style={{ width: 40 }}>
                <WorkflowMenu namespace={namespace} workflow={workflow} canEdit={canEdit} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
