import { Inject, Injectable } from '@nestjs/common';
import { BadInputError, HeddleError, parseId } from '@heddle/kernel';
import { AccessStore, isUniqueViolation, type RoleName } from '@heddle/store';
import { toApiKey, toWorkerToken } from './access.dto.js';
import { AccessService } from './access.service.js';
import type { Caller } from './caller.js';
import { newSecret } from './secrets.js';

const NAME_LENGTH_MAX = 80;
const GROUP = /^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** Injected: the address that people reach Studio under, without a slash at the end. */
export const PUBLIC_URL = Symbol('PUBLIC_URL');

/** Namespaces, members, API keys and worker tokens. */
@Injectable()
export class MembersService {
  constructor(
    @Inject(AccessStore) private readonly store: AccessStore,
    private readonly access: AccessService,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  async createNamespace(caller: Caller, name: string, title: string | null) {
    if (!NAMESPACE.test(name))
      throw new BadInputError(
        `"${name.slice(0, 60)}" is not a namespace name: use 1 to 40 of a-z, 0-9 and -, not at an end.`,
        { path: '/name' },
      );
    const { roles, userId } = caller.known;
    if (!roles.some((role) => role.role === 'ADMIN'))
      throw new HeddleError(
        'FORBIDDEN',
        'Only an administrator of some namespace may create another.',
      );
    try {
      const namespace = await this.store.addNamespace(
        name,
        cleanName(title ?? name, '/title'),
        userId,
      );
      return { ...namespace, role: 'ADMIN' as const };
    } catch (error) {
      if (isUniqueViolation(error, 'uq_namespace_name'))
        throw new HeddleError('CONFLICT', `There is a namespace ${name} already.`);
      throw error;
    }
  }

  async members(caller: Caller, namespace: string) {
    return this.store.members(caller.inNamed(namespace).id);
  }

  async setMember(caller: Caller, namespace: string, email: string, role: RoleName) {
    const { id } = caller.inNamed(namespace);
    if (!/^[^\s@]{1,64}@[^\s@]{1,190}$/.test(email))
      throw new BadInputError(`"${email.slice(0, 80)}" is not an e-mail address.`, {
        path: '/email',
      });
    await this.#keepOneAdmin(
      id,
      (member) => member.email === email.toLowerCase() && role !== 'ADMIN',
    );
    const user = await this.store.ensureUser(email, email.split('@')[0]!);
    await this.store.setRole(id, user.id, role);
    const mayInvite = !user.passwordHash && (await this.#administersAllOf(caller, user.id));
    const signInUrl = mayInvite ? await this.signInUrl(user.id) : null;
    return { member: { userId: user.id, email: user.email, name: user.name, role }, signInUrl };
  }

  /** Who holds a sign-in link has all that the person may do, so only who rules over all of that may have one made. */
  async #administersAllOf(caller: Caller, userId: string): Promise<boolean> {
    const isAdminIn = new Set(
      caller.known.roles.filter(({ role }) => role === 'ADMIN').map(({ id }) => id),
    );
    return (await this.store.namespacesOf(userId)).every((id) => isAdminIn.has(id));
  }

  /** A one-time address for a person. */
  async signInUrl(userId: string): Promise<string> {
    return `${this.publicUrl}/sign-in?token=${await this.access.newSignInLink(userId)}`;
  }

  async removeMember(caller: Caller, namespace: string, userId: string): Promise<boolean> {
    const { id } = caller.inNamed(namespace);
    const user = parseId('user', userId);
    await this.#keepOneAdmin(id, (member) => member.userId === user);
    return this.store.removeMember(id, user);
  }

  /** @throws {HeddleError} `CONFLICT` when the change would leave a namespace that nobody can administer. */
  async #keepOneAdmin(
    namespaceId: string,
    loses: (member: { userId: string; email: string }) => boolean,
  ) {
    const admins = (await this.store.members(namespaceId)).filter(
      (member) => member.role === 'ADMIN',
    );
    if (admins.length === 1 && loses(admins[0]!))
      throw new HeddleError(
        'CONFLICT',
        'A namespace needs at least one administrator. Name another one first.',
      );
  }

  async listApiKeys(caller: Caller) {
    return (await this.store.listApiKeys(caller.known.userId)).map(toApiKey);
  }

  async createApiKey(caller: Caller, name: string, expiresAt: Date | null) {
    const { secret, hash, prefix } = newSecret('hdl_key');
    if (expiresAt && expiresAt.getTime() <= Date.now())
      throw new BadInputError('The key would have expired already.', { path: '/expiresAt' });
    const key = await this.store.addApiKey({
      userId: caller.known.userId,
      name: cleanName(name, '/name'),
      prefix,
      secretHash: hash,
      expiresAt,
    });
    return { apiKey: toApiKey(key), secret };
  }

  revokeApiKey(caller: Caller, id: string): Promise<boolean> {
    return this.store.revokeApiKey(caller.known.userId, parseId('API key', id), new Date());
  }

  async listWorkerTokens(caller: Caller, namespace: string) {
    return (await this.store.listWorkerTokens(caller.inNamed(namespace).id)).map(toWorkerToken);
  }

  async createWorkerToken(
    caller: Caller,
    input: { namespace: string; group: string; name: string },
  ) {
    const { id } = caller.inNamed(input.namespace);
    if (!GROUP.test(input.group) || input.group === 'heddle')
      throw new BadInputError(
        `"${input.group.slice(0, 60)}" is not a worker group: use 1 to 64 of a-z, 0-9, ".", "_" and "-", not at an end; "heddle" is taken.`,
        { path: '/group' },
      );
    const { secret, hash, prefix } = newSecret('hdl_worker');
    const token = await this.store.addWorkerToken({
      namespaceId: id,
      workerGroup: input.group,
      name: cleanName(input.name, '/name'),
      prefix,
      secretHash: hash,
    });
    return { workerToken: toWorkerToken(token), secret };
  }

  async revokeWorkerToken(caller: Caller, id: string): Promise<boolean> {
    const token = await this.store.findWorkerToken(parseId('worker token', id));
    if (!token) caller.notFound('worker token', id);
    caller.in(token.namespaceId, { kind: 'worker token', id });
    await this.store.revokeWorkerToken(token.id, new Date());
    return true;
  }
}

/** @throws {BadInputError} for an empty or overlong name. */
function cleanName(name: string, path: string): string {
  const clean = name.trim();
  if (clean.length < 1 || clean.length > NAME_LENGTH_MAX || /\p{Cc}/u.test(clean))
    throw new BadInputError(`A name has 1 to ${NAME_LENGTH_MAX} printable characters.`, { path });
  return clean;
}
