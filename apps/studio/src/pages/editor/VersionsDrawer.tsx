import { parseGraph } from '@heddle/graph';
import {
  PublishVersion,
  request,
  useApiMutation,
  useApiQuery,
  VersionGraph,
  WorkflowVersions,
} from '@heddle/studio-data';
import { currentLanguage, formatDateTime } from '@heddle/ui';
import { Badge, Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { notifyError } from '../../components/confirm.js';
import { QueryGate } from '../../components/QueryGate.js';
import { useText } from '../../i18n/index.js';
import { useWorkText } from '../../i18n/work.js';
import type { EditorDialogProps, PublishState } from './shared.js';

interface VersionsDrawerProps extends EditorDialogProps {
  isOpen: boolean;
  isReadOnly: boolean;
  onPublished: (state: PublishState) => void;
}

function VersionList({
  workflow,
  document,
  isReadOnly,
  onClose,
  onPublished,
}: VersionsDrawerProps) {
  const t = useText();
  const work = useWorkText();
  const versions = useApiQuery(WorkflowVersions, { id: workflow.id });
  const publish = useApiMutation(PublishVersion, [WorkflowVersions]);
  const restore = async (number: number): Promise<void> => {
    const answer = await request(VersionGraph, { id: workflow.id, number });
    const parsed = parseGraph(answer.workflow?.version?.graph);
    if (!parsed.ok) return;
    document.edit(() => ({ ok: true, graph: parsed.graph }), { label: work('versions.restore') });
    notifications.show({ message: work('versions.restored', { number }) });
    onClose();
  };
  return (
    <QueryGate query={versions}>
      {({ workflow: loaded }) =>
        !loaded || loaded.versions.length === 0 ? (
          <Text size="sm" c="dimmed">
            {work('versions.none')}
          </Text>
        ) : (
          <Stack gap={0}>
            {loaded.versions.map((version) => (
              <div key={version.number} className="h-version">
                <Group gap={8}>
                  <Text fw={600} size="sm">
                    {t('workflows.version', { number: version.number })}
                  </Text>
                  {version.isPublished ? (
                    <Badge color="green">{work('versions.published')}</Badge>
                  ) : null}
                </Group>
                {version.note ? <Text size="sm">{version.note}</Text> : null}
                <Text size="xs" c="dimmed">
                  {work('versions.by', {
                    who: version.createdBy,
                    when: formatDateTime(version.createdAt, currentLanguage()),
                  })}
                </Text>
                {isReadOnly ? null : (
                  <Group gap={6} mt={6}>
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() => void restore(version.number).catch(notifyError)}
                    >
                      {work('versions.restore')}
                    </Button>
                    {version.isPublished ? null : (
                      <Button
                        size="compact-xs"
                        variant="default"
                        loading={publish.isPending && publish.variables.version === version.number}
                        onClick={() =>
                          publish.mutate(
                            { workflowId: workflow.id, version: version.number },
                            {
                              onSuccess: (answer) => onPublished(answer.publishVersion),
                              onError: notifyError,
                            },
                          )
                        }
                      >
                        {work('versions.publish')}
                      </Button>
                    )}
                  </Group>
                )}
              </div>
            ))}
          </Stack>
        )
      }
    </QueryGate>
  );
}

/** Published versions, newest first: restore one into the draft, or publish it again. */
export function VersionsDrawer(props: VersionsDrawerProps) {
  const t = useWorkText();
  return (
    <Drawer
      opened={props.isOpen}
      onClose={props.onClose}
      position="right"
      size={380}
      title={t('versions.title')}
    >
      {props.isOpen ? <VersionList {...props} /> : null}
    </Drawer>
  );
}
