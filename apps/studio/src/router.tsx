import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { NotFoundPage, CrashPage } from './pages/NotFoundPage.js';
import { parseRunSearch, parseRunsSearch, parseSignInSearch } from './search-params.js';
import { HomeRedirect } from './shell/HomeRedirect.js';
import { NamespaceShell } from './shell/NamespaceShell.js';

const rootRoute = createRootRoute({ notFoundComponent: NotFoundPage, errorComponent: CrashPage });

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: HomeRedirect,
});

/** `/sign-in?token=…`, the page of the one-time link and of the password. */
export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: parseSignInSearch,
  component: lazyRouteComponent(() => import('./pages/SignInPage.js'), 'SignInPage'),
});

/** Everything inside one namespace. */
export const namespaceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/n/$namespace',
  component: NamespaceShell,
});

const namespaceHomeRoute = createRoute({
  getParentRoute: () => namespaceRoute,
  path: '/',
  component: HomeRedirect,
});

/** The workflow list. */
export const workflowsRoute = createRoute({
  getParentRoute: () => namespaceRoute,
  path: '/workflows',
  component: lazyRouteComponent(() => import('./pages/WorkflowsPage.js'), 'WorkflowsPage'),
});

/** The editor of one workflow. */
export const editorRoute = createRoute({
  getParentRoute: () => namespaceRoute,
  path: '/workflows/$workflowId',
  component: lazyRouteComponent(() => import('./pages/editor/EditorPage.js'), 'EditorPage'),
});

/** The run list; its filters stand in the address. */
export const runsRoute = createRoute({
  getParentRoute: () => namespaceRoute,
  path: '/runs',
  validateSearch: parseRunsSearch,
  component: lazyRouteComponent(() => import('./pages/RunsPage.js'), 'RunsPage'),
});

/** One run; the selected node and tab stand in the address. */
export const runRoute = createRoute({
  getParentRoute: () => namespaceRoute,
  path: '/runs/$runId',
  validateSearch: parseRunSearch,
  component: lazyRouteComponent(() => import('./pages/run/RunPage.js'), 'RunPage'),
});

/** Nodes that wait for a person's decision. */
export const approvalsRoute = createRoute({
  getParentRoute: () => namespaceRoute,
  path: '/approvals',
  component: lazyRouteComponent(() => import('./pages/ApprovalsPage.js'), 'ApprovalsPage'),
});

/** Workers of the namespace. */
export const workersRoute = createRoute({
  getParentRoute: () => namespaceRoute,
  path: '/workers',
  component: lazyRouteComponent(() => import('./pages/WorkersPage.js'), 'WorkersPage'),
});

/** API keys, worker tokens, members, profile. */
export const settingsRoute = createRoute({
  getParentRoute: () => namespaceRoute,
  path: '/settings/$section',
  component: lazyRouteComponent(() => import('./pages/settings/SettingsPage.js'), 'SettingsPage'),
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  signInRoute,
  namespaceRoute.addChildren([
    namespaceHomeRoute,
    workflowsRoute,
    editorRoute,
    runsRoute,
    runRoute,
    approvalsRoute,
    workersRoute,
    settingsRoute,
  ]),
]);

/** The page's router. Pages are loaded when first visited or hovered. */
export const router = createRouter({ routeTree, defaultPreload: 'intent' });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
