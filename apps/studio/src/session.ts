import { Me, type MeQuery, type Role, useApiQuery } from '@heddle/studio-data';
import { useParams } from '@tanstack/react-router';

/** The signed-in person. */
export type Viewer = NonNullable<MeQuery['me']>;
/** A namespace with the person's role in it. */
export type ViewerNamespace = Viewer['namespaces'][number];

const RANK: Record<Role, number> = { VIEWER: 0, OPERATOR: 1, EDITOR: 2, ADMIN: 3 };

/** Whether a role includes another one. */
export function roleIncludes(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && RANK[role] >= RANK[needed];
}

/** The signed-in person and the state of the installation. */
export function useMe() {
  return useApiQuery(Me, {});
}

/** Name of the namespace in the address. Only below the namespace route. */
export function useNamespace(): string {
  const { namespace } = useParams({ strict: false });
  if (namespace === undefined) throw new Error('useNamespace needs a namespace in the address.');
  return namespace;
}

/** Whether the person's role in the present namespace includes the one needed. */
export function useCan(needed: Role): boolean {
  const namespace = useNamespace();
  const me = useMe().data?.me;
  return roleIncludes(me?.namespaces.find((entry) => entry.name === namespace)?.role, needed);
}

const LAST_KEY = 'heddle.namespace';

/** Remembers the namespace for the next visit. */
export function rememberNamespace(namespace: string): void {
  localStorage.setItem(LAST_KEY, namespace);
}

/** The namespace to open: the last one visited if still a member, else the first. */
export function homeNamespace(namespaces: readonly ViewerNamespace[]): ViewerNamespace | undefined {
  const last = localStorage.getItem(LAST_KEY);
  return namespaces.find((entry) => entry.name === last) ?? namespaces[0];
}
