import { Badge, Button } from '@mantine/core';
import { RevokeWorkerToken, useApiMutation, useApiQuery, WorkerTokens } from '@heddle/studio-data';
import { EmptyState, RelativeTime } from '@heddle/ui';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { confirmDestructive, notifyError } from '../../components/confirm.js';
import { QueryGate } from '../../components/QueryGate.js';
import { SectionHeader } from '../../components/SectionHeader.js';
import { useText } from '../../i18n/index.js';
import { useNamespace } from '../../session.js';
import { CreateTokenDialog } from '../workers/CreateTokenDialog.js';

/** Tokens by which workers of a group connect. */
export function WorkerTokensSection() {
  const t = useText();
  const namespace = useNamespace();
  const tokens = useApiQuery(WorkerTokens, { namespace });
  const revoke = useApiMutation(RevokeWorkerToken, [WorkerTokens]);
  const [isCreating, setCreating] = useState(false);
  const create = (
    <Button leftSection={<Plus size={14} />} onClick={() => setCreating(true)}>
      {t('workers.createToken')}
    </Button>
  );
  const ask = (id: string, name: string): void =>
    confirmDestructive({
      title: t('keys.revokeTitle', { name }),
      body: t('tokens.revokeBody'),
      confirm: t('keys.revoke'),
      onConfirm: () => revoke.mutate({ id }, { onError: notifyError }),
    });
  return (
    <section>
      <SectionHeader title={t('settings.workerTokens')} hint={t('tokens.hint')} action={create} />
      <QueryGate query={tokens}>
        {({ workerTokens }) =>
          workerTokens.length === 0 ? (
            <EmptyState icon={KeyRound} title={t('tokens.empty')} />
          ) : (
            <div className="h-card">
              <table className="h-table">
                <thead>
                  <tr>
                    <th>{t('keys.name')}</th>
                    <th>{t('workers.group')}</th>
                    <th>{t('keys.prefix')}</th>
                    <th>{t('keys.created')}</th>
                    <th>{t('keys.used')}</th>
                    <th aria-label={t('action.more')} />
                  </tr>
                </thead>
                <tbody>
                  {workerTokens.map((token) => (
                    <tr key={token.id}>
                      <td>{token.name}</td>
                      <td>
                        <Badge color="gray">{token.group}</Badge>
                      </td>
                      <td className="h-mono">{token.prefix}…</td>
                      <td>
                        <RelativeTime at={token.createdAt} />
                      </td>
                      <td>
                        {token.lastUsedAt ? (
                          <RelativeTime at={token.lastUsedAt} />
                        ) : (
                          t('keys.never')
                        )}
                      </td>
                      <td style={{ textAlign: 'right' }}>
                        <Button
                          size="compact-xs"
                          variant="subtle"
                          color="red"
                          onClick={() => ask(token.id, token.name)}
                        >
                          {t('keys.revoke')}
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </QueryGate>
      <CreateTokenDialog isOpen={isCreating} onClose={() => setCreating(false)} />
    </section>
  );
}
