import { HeddleError, NotFoundError, assert } from '@heddle/kernel';
import { ROLES, type NamespaceRole, type RoleName } from '@heddle/store';
import { PERMISSIONS, isPermission, type AccessRule, type Permission } from './permissions.js';

/** The caller is not signed in, or the session or key is no longer good. */
export class UnauthenticatedError extends HeddleError<'UNAUTHENTICATED'> {
  constructor(message = 'Sign in, or send an API key as `Authorization: Bearer …`.') {
    super('UNAUTHENTICATED', message);
  }
}

/** The caller is a member but their role is too low. */
export class ForbiddenError extends HeddleError<'FORBIDDEN'> {
  constructor(permission: Permission, namespace: string, role: RoleName) {
    const needed = PERMISSIONS[permission];
    super(
      'FORBIDDEN',
      `This needs the role ${needed.toLowerCase()} in namespace ${namespace}; yours is ${role.toLowerCase()}. Ask an administrator of the namespace.`,
      { permission, namespace, needed, role },
    );
  }
}

/** A person (by session or by a key of theirs) who is known. */
export interface Identity {
  userId: string;
  email: string;
  name: string;
  hasPassword: boolean;
  /** `session` or `key`: decides the trigger kind of runs. */
  via: 'session' | 'key';
  /** Hash of the session's secret; null for keys. */
  sessionHash: string | null;
  isSessionFromLink: boolean;
  roles: readonly NamespaceRole[];
}

/**
 * Whoever makes a request, under the one rule that its resolver declares. Namespaced work must go through `in` or `inNamed`;
 * an interceptor fails the request as a bug when a resolver with a namespaced rule did not.
 */
export class Caller {
  #isChecked = false;

  constructor(
    readonly rule: AccessRule,
    readonly identity: Identity | null,
  ) {}

  /** Who it is. @throws {UnauthenticatedError} */
  get known(): Identity {
    if (!this.identity) throw new UnauthenticatedError();
    return this.identity;
  }

  get isChecked(): boolean {
    return this.#isChecked;
  }

  /** Checks the declared permission in the namespace of something that exists; `what` is named in the refusal. */
  in(namespaceId: string, what: { kind: string; id: string }): NamespaceRole {
    const role = this.known.roles.find((r) => r.id === namespaceId);
    this.#isChecked = true;
    if (!role) throw new NotFoundError(what.kind, what.id);
    return this.#allow(role);
  }

  /** Checks the declared permission in a namespace given by name. */
  inNamed(name: string): NamespaceRole {
    const role = this.known.roles.find((r) => r.name === name);
    this.#isChecked = true;
    if (!role) throw new NotFoundError('namespace', name.slice(0, 60));
    return this.#allow(role);
  }

  /** The thing does not exist at all: the same answer as for one in a foreign namespace. */
  notFound(kind: string, id: string): never {
    this.#isChecked = true;
    throw new NotFoundError(kind, id);
  }

  /** Nothing of any namespace is touched, e.g. an absent record answered by null. */
  nothingFound(): null {
    this.#isChecked = true;
    return null;
  }

  #allow(role: NamespaceRole): NamespaceRole {
    assert(isPermission(this.rule), `Rule ${this.rule} does not check namespaces.`);
    if (ROLES.indexOf(role.role) < ROLES.indexOf(PERMISSIONS[this.rule]))
      throw new ForbiddenError(this.rule, role.name, role.role);
    return role;
  }
}
