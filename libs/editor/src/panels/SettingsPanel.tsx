import { updateInputSchema, updateSettings, type SettingsChanges, UNDO_PORT } from '@heddle/graph';
import { isJsonObject } from '@heddle/kernel';
import { Input, Radio, Stack, Switch } from '@mantine/core';
import { Settings2 } from 'lucide-react';
import { JsonField } from '../code/JsonField.js';
import { outputScope } from '../code/scope.js';
import { DurationInput } from '../forms/DurationInput.js';
import { useEditorText } from '../i18n/index.js';
import { useDocument, useSession } from '../session-context.js';
import { PanelFrame } from './PanelFrame.js';
import { NodeProblems } from './NodeProblems.js';

/** What holds for the whole workflow. */
export function SettingsPanel({ onClose }: { onClose: () => void }) {
  const t = useEditorText();
  const session = useSession();
  const graph = useDocument((state) => state.graph);
  const { settings, inputSchema } = graph;
  const { isReadOnly } = session;
  const problems = session.problems.filter(
    (problem) =>
      problem.nodeKey === undefined &&
      problem.edgeId === undefined &&
      /^\/(settings|inputSchema)/.test(problem.path ?? ''),
  );
  const change = (changes: SettingsChanges, field: string): void => {
    session.document.edit((current) => updateSettings(current, { changes }), {
      label: t('edit.settings'),
      mark: `settings:${field}`,
    });
  };
  return (
    <PanelFrame
      title={t('settings.title')}
      icon={<Settings2 size={16} aria-hidden />}
      onClose={onClose}
    >
      <Stack gap="md">
        <NodeProblems problems={problems} />
        <Radio.Group
          size="xs"
          label={t('settings.onFailure')}
          value={settings.onFailure}
          onChange={(value) =>
            change({ onFailure: value === 'finish' ? 'finish' : 'stop' }, 'onFailure')
          }
        >
          <Stack gap={6} mt={6}>
            <Radio size="xs" value="stop" label={t('settings.stop')} disabled={isReadOnly} />
            <Radio size="xs" value="finish" label={t('settings.finish')} disabled={isReadOnly} />
          </Stack>
        </Radio.Group>
        {graph.edges.some((edge) => edge.port === UNDO_PORT) ? (
          <Switch
            size="xs"
            label={t('settings.compensate')}
            description={t('settings.compensateHint')}
            checked={settings.compensate !== 'never'}
            disabled={isReadOnly}
            onChange={(event) =>
              change(
                { compensate: event.currentTarget.checked ? 'onFailure' : 'never' },
                'compensate',
              )
            }
          />
        ) : null}
        <DurationInput
          label={t('settings.deadline')}
          placeholder={t('limits.none')}
          value={settings.deadlineMs}
          isReadOnly={isReadOnly}
          onChange={(deadlineMs) => change({ deadlineMs: deadlineMs || null }, 'deadlineMs')}
        />
        <Input.Wrapper
          size="xs"
          labelElement="div"
          label={t('settings.output')}
          description={t('settings.outputHint')}
        >
          <JsonField
            value={settings.output}
            onChange={(output) => change({ output: output ?? null }, 'output')}
            scope={outputScope(graph)}
            label={t('settings.output')}
            isTemplate
            isReadOnly={isReadOnly}
          />
        </Input.Wrapper>
        <Input.Wrapper
          size="xs"
          labelElement="div"
          label={t('settings.inputSchema')}
          description={t('settings.inputSchemaHint')}
        >
          <JsonField
            value={inputSchema}
            onChange={(schema) =>
              session.document.edit(
                (current) =>
                  updateInputSchema(current, { inputSchema: isJsonObject(schema) ? schema : null }),
                { label: t('edit.settings'), mark: 'settings:inputSchema' },
              )
            }
            scope={outputScope(graph)}
            label={t('settings.inputSchema')}
            isReadOnly={isReadOnly}
          />
        </Input.Wrapper>
      </Stack>
    </PanelFrame>
  );
}
