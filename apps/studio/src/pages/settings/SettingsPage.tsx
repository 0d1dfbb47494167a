import { Text } from '@mantine/core';
import { PageHeader } from '@heddle/ui';
import { Link, useParams } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { useText } from '../../i18n/index.js';
import { useCan, useMe, useNamespace } from '../../session.js';
import { NotFoundPage } from '../NotFoundPage.js';
import { ApiKeysSection } from './ApiKeysSection.js';
import { MembersSection } from './MembersSection.js';
import { ProfileSection } from './ProfileSection.js';
import { RetentionSection } from './RetentionSection.js';
import { WorkerTokensSection } from './WorkerTokensSection.js';

interface Section {
  id: 'api-keys' | 'worker-tokens' | 'members' | 'retention' | 'profile';
  label:
    | 'settings.apiKeys'
    | 'settings.workerTokens'
    | 'settings.members'
    | 'settings.retention'
    | 'settings.profile';
  component: ComponentType;
  /** Shown to administrators only. */
  isAdmin?: boolean;
}

const SECTIONS: readonly Section[] = [
  { id: 'api-keys', label: 'settings.apiKeys', component: ApiKeysSection },
  {
    id: 'worker-tokens',
    label: 'settings.workerTokens',
    component: WorkerTokensSection,
    isAdmin: true,
  },
  { id: 'members', label: 'settings.members', component: MembersSection },
  { id: 'retention', label: 'settings.retention', component: RetentionSection },
  { id: 'profile', label: 'settings.profile', component: ProfileSection },
];

/** Keys, tokens, members, retention and the person's own profile. */
export function SettingsPage() {
  const t = useText();
  const namespace = useNamespace();
  const isAdmin = useCan('ADMIN');
  const me = useMe();
  const params = useParams({ strict: false });
  const sections = SECTIONS.filter((section) => isAdmin || !section.isAdmin);
  const current = sections.find((section) => section.id === params.section);
  if (!current) return <NotFoundPage />;
  const Current = current.component;
  return (
    <>
      <PageHeader title={t('settings.title')} />
      <div className="h-settings">
        <nav aria-label={t('settings.title')}>
          {sections.map(({ id, label }) => (
            <Link
              key={id}
              className="h-nav"
              to="/n/$namespace/settings/$section"
              params={{ namespace, section: id }}
              activeProps={{ 'data-active': true, 'aria-current': 'page' }}
            >
              {t(label)}
            </Link>
          ))}
          <Text size="xs" c="dimmed" mt="md" px={9}>
            {me.data ? t('settings.about', { version: me.data.setup.version }) : null}
          </Text>
        </nav>
        <div style={{ minWidth: 0 }}>
          <Current />
        </div>
      </div>
    </>
  );
}
