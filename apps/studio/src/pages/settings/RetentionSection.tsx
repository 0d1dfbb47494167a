import {
  NamespaceRetention,
  type RetentionFieldsFragment,
  SetRetention,
  useApiMutation,
  useApiQuery,
} from '@heddle/studio-data';
import { ErrorNote } from '@heddle/ui';
import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { QueryGate } from '../../components/QueryGate.js';
import { RetentionFields } from '../../components/RetentionFields.js';
import { SectionHeader } from '../../components/SectionHeader.js';
import { useBulkText } from '../../i18n/bulk.js';
import { useText } from '../../i18n/index.js';
import { useCan, useNamespace } from '../../session.js';

/** How long the namespace keeps ended runs. */
export function RetentionSection() {
  const t = useBulkText();
  const namespace = useNamespace();
  const query = useApiQuery(NamespaceRetention, { namespace });
  return (
    <section>
      <SectionHeader title={t('retention.title')} hint={t('retention.hint')} />
      <QueryGate query={query}>
        {({ retention }) => <RetentionForm namespace={namespace} stored={retention} />}
      </QueryGate>
    </section>
  );
}

function RetentionForm(props: { namespace: string; stored: RetentionFieldsFragment }) {
  const { namespace, stored } = props;
  const t = useText();
  const words = useBulkText();
  const canChange = useCan('ADMIN');
  const [value, setValue] = useState(stored);
  const save = useApiMutation(SetRetention, [NamespaceRetention]);
  const isChanged = JSON.stringify(value) !== JSON.stringify(stored);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save
          .mutateAsync({ namespace, input: value })
          .then(() => notifications.show({ message: words('retention.saved') }))
          // The refusal is shown below the form.
          .catch(() => undefined);
      }}
    >
      <Stack gap="md">
        <RetentionFields
          value={value}
          onChange={(next) =>
            setValue({
              succeededDays: next.succeededDays ?? null,
              failedDays: next.failedDays ?? null,
              canceledDays: next.canceledDays ?? null,
            })
          }
          isReadOnly={!canChange}
        />
        {save.error ? <ErrorNote error={save.error} /> : null}
        <Group>
          {canChange ? (
            <Button type="submit" disabled={!isChanged} loading={save.isPending}>
              {t('action.save')}
            </Button>
          ) : (
            <Text size="xs" c="dimmed">
              {words('retention.needsAdmin')}
            </Text>
          )}
        </Group>
      </Stack>
    </form>
  );
}
