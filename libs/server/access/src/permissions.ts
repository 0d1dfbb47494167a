import type { RoleName } from '@heddle/store';

/** Everything that can be allowed inside a namespace, with the least role that may do it. */
export const PERMISSIONS = {
  'namespace:read': 'VIEWER',
  'workflow:read': 'VIEWER',
  'run:read': 'VIEWER',
  'worker:read': 'VIEWER',
  'run:start': 'OPERATOR',
  'run:cancel': 'OPERATOR',
  'run:repair': 'OPERATOR',
  'worker:drain': 'OPERATOR',
  'workflow:edit': 'EDITOR',
  'workflow:publish': 'EDITOR',
  'workflow:archive': 'EDITOR',
  'member:manage': 'ADMIN',
  'retention:manage': 'ADMIN',
  'worker-token:manage': 'ADMIN',
} as const satisfies Record<string, RoleName>;

/** One of the keys of {@link PERMISSIONS}. */
export type Permission = keyof typeof PERMISSIONS;

/**
 * Rules outside namespaces. `public`: anybody. `signedIn`: any person or key. `self`: signed in, and only one's own records.
 */
export const OPEN_RULES = ['public', 'signedIn', 'self'] as const;
export type OpenRule = (typeof OPEN_RULES)[number];

/** What a resolver, gateway event or route declares by `@Allow`. */
export type AccessRule = Permission | OpenRule;

/** True for a rule that some namespace must be checked for. */
export function isPermission(rule: AccessRule): rule is Permission {
  return rule in PERMISSIONS;
}
