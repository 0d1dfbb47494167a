import { Tooltip, UnstyledButton } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { LanguageToggle, Logo, ShortcutHint, ThemeToggle, Wordmark } from '@heddle/ui';
import { Link, useLocation } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useText } from '../i18n/index.js';
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
            aria-label={t(label)}
          >
            <Icon size={16} aria-hidden />
            {isRail ? null : <span>{t(label)}</span>}
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
