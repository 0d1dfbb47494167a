import { useNamespaceLive } from '@heddle/studio-data';
import { EmptyState, ErrorState, LoadingState } from '@heddle/ui';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '../i18n/index.js';
import { SetPasswordGate } from '../pages/SetPasswordGate.js';
import { rememberNamespace, useMe, useNamespace, type Viewer } from '../session.js';
import { CommandPalette } from './CommandPalette.js';
import { LiveBanner } from './LiveBanner.js';
import { Sidebar } from './Sidebar.js';

/** Frame of every page inside a namespace; asks for a sign-in when there is none. */
export function NamespaceShell() {
  const me = useMe();
  if (me.isPending) return <LoadingState />;
  if (me.isError && !me.data)
    return <ErrorState error={me.error} onRetry={() => void me.refetch()} />;
  if (!me.data.me) return <ToSignIn />;
  if (!me.data.me.hasPassword) {
    return (
      <SetPasswordGate>
        <Frame viewer={me.data.me} />
      </SetPasswordGate>
    );
  }
  return <Frame viewer={me.data.me} />;
}

/** Leads to the sign-in, and back to this page afterwards. Once: the address changes while it does. */
function ToSignIn() {
  const navigate = useNavigate();
  const { href } = useLocation();
  const [redirect] = useState(href);
  useEffect(
    () => void navigate({ to: '/sign-in', search: { redirect }, replace: true }),
    [navigate, redirect],
  );
  return <LoadingState />;
}

function Frame({ viewer }: { viewer: Viewer }) {
  const t = useText();
  const name = useNamespace();
  const { pathname } = useLocation();
  useNamespaceLive(name);
  const namespace = viewer.namespaces.find((entry) => entry.name === name);
  useEffect(() => {
    if (namespace) rememberNamespace(namespace.name);
  }, [namespace]);
  if (!namespace) {
    return (
      <EmptyState icon={Compass} title={t('notFound.title')}>
        {t('ns.noneHint')}
      </EmptyState>
    );
  }
  // The canvas pages need the width: the sidebar shrinks to its icons there.
  const isCanvas = /\/(workflows|runs)\/[^/]+$/.test(pathname);
  return (
    <div className="h-frame" data-rail={isCanvas || undefined}>
      <a className="h-skip" href="#content">
        {t('nav.skip')}
      </a>
      <Sidebar viewer={viewer} namespace={namespace} isRail={isCanvas} />
      <main id="content" className="h-content">
        <LiveBanner />
        <Outlet />
      </main>
      <CommandPalette namespace={name} />
    </div>
  );
}
