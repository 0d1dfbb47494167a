import { RevokeWorkerToken, useApiMutation, useApiQuery, WorkerTokens } from '@heddle/studio-data';
import { Badge } from '@mantine/core';
import { useState } from 'react';
import { notifyError } from '../../components/confirm.js';
import { useText } from '../../i18n/index.js';
import { useNamespace } from '../../session.js';
import { CreateTokenDialog } from '../workers/CreateTokenDialog.js';
import { CredentialSection } from './CredentialSection.js';

/** Tokens by which workers of a group connect. */
export function WorkerTokensSection() {
  const t = useText();
  const namespace = useNamespace();
  const tokens = useApiQuery(WorkerTokens, { namespace });
  const revoke = useApiMutation(RevokeWorkerToken, [WorkerTokens]);
  const [isCreating, setCreating] = useState(false);
  return (
    <CredentialSection
      words={{
        title: t('settings.workerTokens'),
        hint: t('tokens.hint'),
        create: t('workers.createToken'),
        empty: t('tokens.empty'),
        revokeBody: t('tokens.revokeBody'),
      }}
      query={{ ...tokens, data: tokens.data?.workerTokens }}
      first={{
        title: t('workers.group'),
        render: ({ group }) => <Badge color="gray">{group}</Badge>,
      }}
      onCreate={() => setCreating(true)}
      onRevoke={(id) => void revoke.mutateAsync({ id }).catch(notifyError)}
    >
      <CreateTokenDialog isOpen={isCreating} onClose={() => setCreating(false)} />
    </CredentialSection>
  );
}
