import { RUN_STATES, type RunStateName } from '@heddle/ui';

/** Filters of the run list, as they stand in the address. */
export interface RunsSearch {
  workflow?: string;
  states?: RunStateName[];
  from?: string;
  to?: string;
  q?: string;
  /** Child runs are listed, too. */
  children?: true;
  /** Failed runs that nobody has taken care of. */
  unresolved?: true;
}

/** What of a run is shown: the node of the side panel, its tab, and the main view. */
export interface RunSearch {
  node?: string;
  tab?: RunTab;
  view?: RunViewName;
  /** A child run that is shown inside the page, and its selected node. */
  child?: string;
  childNode?: string;
  /** The child run is shown alone. */
  focus?: true;
}

/** Tabs of the run page's side panel. */
export const RUN_TABS = [
  'overview',
  'items',
  'input',
  'output',
  'error',
  'log',
  'attempts',
] as const;
/** One of them. */
export type RunTab = (typeof RUN_TABS)[number];
/** Main views of the run page. */
export const RUN_VIEWS = ['graph', 'timeline', 'history', 'data'] as const;
/** One of them. */
export type RunViewName = (typeof RUN_VIEWS)[number];

type Raw = Record<string, unknown>;

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function instant(value: unknown): string | undefined {
  const raw = text(value);
  return raw !== undefined && !Number.isNaN(Date.parse(raw)) ? raw : undefined;
}

function flag(value: unknown): true | undefined {
  return value === true || value === 'true' ? true : undefined;
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((known) => known === value);
}

/** Leaves out what is undefined, so that addresses stay short. */
function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}

/** Reads the run list's filters from an address; what is malformed counts as absent. */
export function parseRunsSearch(raw: Raw): RunsSearch {
  const listed = Array.isArray(raw['states']) ? (raw['states'] as unknown[]) : [];
  const states = RUN_STATES.filter((state) => listed.includes(state));
  return compact<RunsSearch>({
    workflow: text(raw['workflow']),
    states: states.length > 0 ? states : undefined,
    from: instant(raw['from']),
    to: instant(raw['to']),
    q: text(raw['q']),
    children: flag(raw['children']),
    unresolved: flag(raw['unresolved']),
  });
}

/** Reads what the run page shows from an address. */
export function parseRunSearch(raw: Raw): RunSearch {
  return compact<RunSearch>({
    node: text(raw['node']),
    tab: oneOf(RUN_TABS, raw['tab']),
    view: oneOf(RUN_VIEWS, raw['view']),
    child: text(raw['child']),
    childNode: text(raw['childNode']),
    focus: flag(raw['focus']),
  });
}

/** Reads the sign-in page's token and the place to go to afterwards; only places of this site count. */
export function parseSignInSearch(raw: Raw): { token?: string; redirect?: string } {
  const redirect = text(raw['redirect']);
  const isOwn =
    redirect?.startsWith('/') === true && !redirect.startsWith('//') && !redirect.includes('\\');
  return compact({ token: text(raw['token']), redirect: isOwn ? redirect : undefined });
}
