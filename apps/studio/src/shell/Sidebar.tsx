import { Tooltip, UnstyledButton } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { LanguageToggle, Logo, ShortcutHint, ThemeToggle, Wordmark } from '@heddle/ui';
import { Link, useLocation } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { ApprovalCount, useApiQuery } from '@heddle/studio-data';
import { useText } from '../i18n/index.js';
import { useRepairText } from '../i18n/repair.js';
import type { Viewer, ViewerNamespace } from '../session.js';
import { NamespaceMenu } from './NamespaceMenu.js';
import { NAVIGATION } from './navigation.js';
import { UserMenu } from './UserMenu.js';

interface SidebarProps {
  viewer: Viewer;
  namespace: ViewerNamespace;
  /** Icons only. */
  isRail: boolean;
}

/** The count is asked for again this often while the live channel may be down. */
const REFRESH_MS = 60_000;

/** How many approvals wait for the viewer; nothing when none does. */
function ApprovalBadge({ namespace }: { namespace: string }) {
  const t = useRepairText();
  const query = useApiQuery(ApprovalCount, { namespace }, { refetchMs: REFRESH_MS });
  const count = query.data?.approvals.totalCount ?? 0;
  if (count === 0) return null;
  return (
    <span className="h-nav-count" data-testid="approval-count">
      <span aria-hidden>{count > 99 ? '99+' : count}</span>
      <span className="h-sr-only">{t('approval.count', { count })}</span>
    </span>
  );
}

/** Namespace, pages, search and the person's own menu. */
export function Sidebar({ viewer, namespace, isRail }: SidebarProps) {
  const t = useText();
  const section = 'api-keys';
  const { pathname } = useLocation();
  return (
    <nav className="h-sidebar" aria-label={t('nav.label')}>
      <Link
        to="/n/$namespace/workflows"
        params={{ namespace: namespace.name }}
        className="h-brand"
        aria-label="Heddle"
      >
        {isRail ? <Logo /> : <Wordmark />}
      </Link>
      <NamespaceMenu viewer={viewer} namespace={namespace} isRail={isRail} />
      <Tooltip label={t('nav.search')} position="right" disabled={!isRail}>
        <UnstyledButton
          className="h-nav"
          onClick={() => spotlight.open()}
          aria-label={t('nav.search')}
        >
          <Search size={16} aria-hidden />
          {isRail ? null : (
            <>
              <span>{t('nav.search')}</span>
              <span style={{ marginLeft: 'auto' }}>
                <ShortcutHint shortcut="Mod+K" />
              </span>
            </>
          )}
        </UnstyledButton>
      </Tooltip>
      {NAVIGATION.map(({ id, label, icon: Icon, to }) => (
        <Tooltip key={id} label={t(label)} position="right" disabled={!isRail}>
          <Link
            to={to}
            params={{ namespace: namespace.name, section }}
            className="h-nav"
            data-active={pathname.startsWith(`/n/${namespace.name}/${id}`) || undefined}
            activeProps={{ 'aria-current': 'page' }}
            {...(isRail ? { 'aria-label': t(label) } : {})}
          >
            <Icon size={16} aria-hidden />
            {isRail ? null : <span>{t(label)}</span>}
            {id === 'approvals' ? <ApprovalBadge namespace={namespace.name} /> : null}
          </Link>
        </Tooltip>
      ))}
      <div className="h-sidebar-foot">
        <UserMenu viewer={viewer} namespace={namespace.name} />
        <ThemeToggle />
        <LanguageToggle />
      </div>
    </nav>
  );
}
