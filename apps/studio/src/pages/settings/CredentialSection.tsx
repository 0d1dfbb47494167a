import type { HeddleApiError } from '@heddle/studio-data';
import { EmptyState, RelativeTime } from '@heddle/ui';
import { Button } from '@mantine/core';
import { KeyRound, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { confirmDestructive } from '../../components/confirm.js';
import { QueryGate } from '../../components/QueryGate.js';
import { SectionHeader } from '../../components/SectionHeader.js';
import { useText } from '../../i18n/index.js';

/** What keys and tokens have in common. */
interface Credential {
  id: string;
  name: string;
  prefix: string;
  createdAt: string;
  lastUsedAt: string | null;
}

/** A column that one kind of credential has and the other has not. */
interface OwnColumn<C> {
  title: string;
  render: (credential: C) => ReactNode;
}

interface CredentialSectionProps<C extends Credential> {
  words: { title: string; hint: string; create: string; empty: string; revokeBody: string };
  emptyHint?: string;
  query: { data: readonly C[] | undefined; error: HeddleApiError | null; refetch: () => unknown };
  /** Stands after the name. */
  first?: OwnColumn<C>;
  /** Stands at the end. */
  last?: OwnColumn<C>;
  onCreate: () => void;
  onRevoke: (id: string) => void;
  /** The dialog that creates one. */
  children: ReactNode;
}

/** A list of secrets that were handed out: of whom, since when, last used, with the button that revokes. */
export function CredentialSection<C extends Credential>(props: CredentialSectionProps<C>) {
  const { words, query, onCreate } = props;
  const create = (
    <Button leftSection={<Plus size={14} />} onClick={onCreate}>
      {words.create}
    </Button>
  );
  return (
    <section>
      <SectionHeader title={words.title} hint={words.hint} action={create} />
      <QueryGate query={query}>
        {(credentials) =>
          credentials.length === 0 ? (
            <EmptyState icon={KeyRound} title={words.empty}>
              {props.emptyHint}
            </EmptyState>
          ) : (
            <CredentialTable {...props} credentials={credentials} />
          )
        }
      </QueryGate>
      {props.children}
    </section>
  );
}

function CredentialTable<C extends Credential>(
  props: CredentialSectionProps<C> & { credentials: readonly C[] },
) {
  const { credentials, first, last, words, onRevoke } = props;
  const t = useText();
  const ask = ({ id, name }: C): void =>
    confirmDestructive({
      title: t('keys.revokeTitle', { name }),
      body: words.revokeBody,
      confirm: t('keys.revoke'),
      onConfirm: () => onRevoke(id),
    });
  return (
    <div className="h-card">
      <table className="h-table">
        <thead>
          <tr>
            <th>{t('keys.name')}</th>
            {first ? <th>{first.title}</th> : null}
            <th>{t('keys.prefix')}</th>
            <th>{t('keys.created')}</th>
            <th>{t('keys.used')}</th>
            {last ? <th>{last.title}</th> : null}
            <th aria-label={t('action.more')} />
          </tr>
        </thead>
        <tbody>
          {credentials.map((credential) => (
            <tr key={credential.id}>
              <td>{credential.name}</td>
              {first ? <td>{first.render(credential)}</td> : null}
              <td className="h-mono">{credential.prefix}…</td>
              <td>
                <RelativeTime at={credential.createdAt} />
              </td>
              <td>
                {credential.lastUsedAt ? (
                  <RelativeTime at={credential.lastUsedAt} />
                ) : (
                  t('keys.never')
                )}
              </td>
              {last ? <td>{last.render(credential)}</td> : null}
              <td style={{ textAlign: 'right' }}>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="red"
                  onClick={() => ask(credential)}
                >
                  {t('keys.revoke')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
