import { IsNull } from 'typeorm';
import type { Database } from './database.js';
import { USER_BY_API_KEY, USER_BY_SESSION } from './sql/access.sql.js';
import {
  ApiKeyEntity,
  MembershipEntity,
  NamespaceEntity,
  SessionEntity,
  SignInLinkEntity,
  UserEntity,
  WorkerTokenEntity,
  type RoleName,
} from './entities/access.entity.js';

/** A namespace with one person's role in it. */
export interface NamespaceRole {
  id: string;
  name: string;
  title: string;
  role: RoleName;
}

/** A person as found by a session or a key. */
export interface FoundUser {
  user: Pick<UserEntity, 'id' | 'email' | 'name' | 'passwordHash'>;
  roles: readonly NamespaceRole[];
  /** Only for sessions. */
  session: Pick<SessionEntity, 'tokenHash' | 'isFromLink'> | null;
}

/** `last_used_at` is written at most once in this time per key or token, so that reading stays reading. */
const LAST_USED_PRECISION_MS = 60_000;

/** People, sessions, keys, tokens, namespaces, roles. Secrets arrive here hashed. */
export class AccessStore {
  constructor(private readonly database: Database) {}

  private repository<E extends object>(entity: new () => E) {
    return this.database.source.getRepository(entity);
  }

  async hasAnyPassword(): Promise<boolean> {
    const rows = await this.database.rows({
      text: 'select 1 from app_user where password_hash is not null limit 1',
    });
    return rows.length > 0;
  }

  findUserByEmail(email: string): Promise<UserEntity | null> {
    return this.repository(UserEntity).findOneBy({ email: email.toLowerCase() });
  }

  findUser(id: string): Promise<UserEntity | null> {
    return this.repository(UserEntity).findOneBy({ id });
  }

  /** The person with this email, made if need be. */
  async ensureUser(email: string, name: string): Promise<UserEntity> {
    const users = this.repository(UserEntity);
    await users
      .createQueryBuilder()
      .insert()
      .values({ email: email.toLowerCase(), name, passwordHash: null })
      .orIgnore()
      .execute();
    return users.findOneByOrFail({ email: email.toLowerCase() });
  }

  async setPasswordHash(userId: string, passwordHash: string): Promise<void> {
    await this.repository(UserEntity).update({ id: userId }, { passwordHash });
  }

  async addSession(
    session: Pick<SessionEntity, 'userId' | 'tokenHash' | 'isFromLink' | 'expiresAt'>,
  ): Promise<void> {
    await this.repository(SessionEntity).insert(session);
  }

  async deleteSession(tokenHash: string): Promise<void> {
    await this.repository(SessionEntity).delete({ tokenHash });
  }

  /** Ends every session of a person but one. */
  async deleteOtherSessions(userId: string, keepTokenHash: string | null): Promise<void> {
    await this.database.rows({
      text: 'delete from session where user_id = $1 and token_hash is distinct from $2',
      values: [userId, keepTokenHash],
    });
  }

  /** Whose session this is; null when it is unknown or has ended. */
  async findBySession(tokenHash: string, now: Date): Promise<FoundUser | null> {
    const rows = await this.database.rows<UserRow & { is_from_link: boolean }>({
      ...USER_BY_SESSION,
      values: [tokenHash, now],
    });
    const row = rows[0];
    return row
      ? {
          user: toUser(row),
          roles: row.roles,
          session: { tokenHash, isFromLink: row.is_from_link },
        }
      : null;
  }

  async addSignInLink(
    link: Pick<SignInLinkEntity, 'userId' | 'tokenHash' | 'expiresAt'>,
  ): Promise<void> {
    await this.repository(SignInLinkEntity).insert({ ...link, usedAt: null });
  }

  /** Uses a link up. @returns whose it is; null when it is unknown, expired or used. */
  async useSignInLink(tokenHash: string, now: Date): Promise<string | null> {
    const rows = await this.database.rows<{ user_id: string }>({
      text: `update sign_in_link set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2
        returning user_id`,
      values: [tokenHash, now],
    });
    return rows[0]?.user_id ?? null;
  }

  /** Whose API key this is; null when it is unknown, expired or revoked. */
  async findByApiKey(secretHash: string, now: Date): Promise<FoundUser | null> {
    const rows = await this.database.rows<UserRow & { key_id: string; last_used_at: Date | null }>({
      ...USER_BY_API_KEY,
      values: [secretHash, now],
    });
    const row = rows[0];
    if (!row) return null;
    if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() > LAST_USED_PRECISION_MS)
      await this.repository(ApiKeyEntity).update({ id: row.key_id }, { lastUsedAt: now });
    return { user: toUser(row), roles: row.roles, session: null };
  }

  async addApiKey(
    key: Pick<ApiKeyEntity, 'userId' | 'name' | 'prefix' | 'secretHash' | 'expiresAt'>,
  ): Promise<ApiKeyEntity> {
    const { identifiers } = await this.repository(ApiKeyEntity).insert({
      ...key,
      lastUsedAt: null,
      revokedAt: null,
    });
    return this.repository(ApiKeyEntity).findOneByOrFail({ id: identifiers[0]!['id'] as string });
  }

  listApiKeys(userId: string): Promise<ApiKeyEntity[]> {
    return this.repository(ApiKeyEntity).find({
      where: { userId, revokedAt: IsNull() },
      order: { id: 'DESC' },
    });
  }

  /** @returns false when there is no such key of this person. */
  async revokeApiKey(userId: string, id: string, now: Date): Promise<boolean> {
    const result = await this.repository(ApiKeyEntity).update(
      { id, userId, revokedAt: IsNull() },
      { revokedAt: now },
    );
    return result.affected === 1;
  }

  async addWorkerToken(
    token: Pick<
      WorkerTokenEntity,
      'namespaceId' | 'workerGroup' | 'name' | 'prefix' | 'secretHash'
    >,
  ): Promise<WorkerTokenEntity> {
    const { identifiers } = await this.repository(WorkerTokenEntity).insert({
      ...token,
      lastUsedAt: null,
      revokedAt: null,
    });
    return this.repository(WorkerTokenEntity).findOneByOrFail({
      id: identifiers[0]!['id'] as string,
    });
  }

  /** Adds a token and revokes the earlier ones of the same group and name: each start of the demo has one of its own. */
  async replaceWorkerToken(
    token: Pick<
      WorkerTokenEntity,
      'namespaceId' | 'workerGroup' | 'name' | 'prefix' | 'secretHash'
    >,
  ): Promise<void> {
    const { namespaceId, workerGroup, name } = token;
    await this.repository(WorkerTokenEntity).update(
      { namespaceId, workerGroup, name, revokedAt: IsNull() },
      { revokedAt: new Date() },
    );
    await this.addWorkerToken(token);
  }

  listWorkerTokens(namespaceId: string): Promise<WorkerTokenEntity[]> {
    return this.repository(WorkerTokenEntity).find({
      where: { namespaceId, revokedAt: IsNull() },
      order: { workerGroup: 'ASC', id: 'ASC' },
    });
  }

  findWorkerToken(id: string): Promise<WorkerTokenEntity | null> {
    return this.repository(WorkerTokenEntity).findOneBy({ id });
  }

  async revokeWorkerToken(id: string, now: Date): Promise<void> {
    await this.repository(WorkerTokenEntity).update(
      { id, revokedAt: IsNull() },
      { revokedAt: now },
    );
  }

  /** Of these tokens, those that are revoked. */
  async revokedWorkerTokens(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.rows<{ id: string }>({
      name: 'revoked-worker-tokens',
      text: 'select id from worker_token where id = any($1::bigint[]) and revoked_at is not null',
      values: [ids],
    });
    return rows.map(({ id }) => id);
  }

  async findByWorkerToken(secretHash: string, now: Date): Promise<WorkerTokenEntity | null> {
    const tokens = this.repository(WorkerTokenEntity);
    const token = await tokens.findOneBy({ secretHash, revokedAt: IsNull() });
    if (
      token &&
      (!token.lastUsedAt || now.getTime() - token.lastUsedAt.getTime() > LAST_USED_PRECISION_MS)
    )
      await tokens.update({ id: token.id }, { lastUsedAt: now });
    return token;
  }

  findNamespace(name: string): Promise<NamespaceEntity | null> {
    return this.repository(NamespaceEntity).findOneBy({ name });
  }

  /** Adds a namespace and its first administrator in one step. A taken name is a unique violation of `uq_namespace_name`. */
  addNamespace(name: string, title: string, adminId: string): Promise<NamespaceEntity> {
    return this.database.source.transaction(async (manager) => {
      const { identifiers } = await manager.getRepository(NamespaceEntity).insert({ name, title });
      const id = identifiers[0]!['id'] as string;
      await manager
        .getRepository(MembershipEntity)
        .insert({ namespaceId: id, userId: adminId, role: 'ADMIN' });
      return manager.getRepository(NamespaceEntity).findOneByOrFail({ id });
    });
  }

  members(
    namespaceId: string,
  ): Promise<{ userId: string; email: string; name: string; role: RoleName }[]> {
    return this.database.rows({
      text: `select u.id as "userId", u.email, u.name, m.role from membership m join app_user u on u.id = m.user_id
        where m.namespace_id = $1 order by u.email`,
      values: [namespaceId],
    });
  }

  /** Ids of the namespaces that a person is a member of. */
  async namespacesOf(userId: string): Promise<string[]> {
    const memberships = await this.repository(MembershipEntity).findBy({ userId });
    return memberships.map(({ namespaceId }) => namespaceId);
  }

  async setRole(namespaceId: string, userId: string, role: RoleName): Promise<void> {
    await this.repository(MembershipEntity).upsert({ namespaceId, userId, role }, [
      'namespaceId',
      'userId',
    ]);
  }

  async removeMember(namespaceId: string, userId: string): Promise<boolean> {
    const result = await this.repository(MembershipEntity).delete({ namespaceId, userId });
    return result.affected === 1;
  }

  /** Forgets sessions and links that expired. */
  async sweep(now: Date): Promise<void> {
    await this.database.rows({ text: 'delete from session where expires_at < $1', values: [now] });
    await this.database.rows({
      text: 'delete from sign_in_link where expires_at < $1',
      values: [now],
    });
  }
}

interface UserRow {
  id: string;
  email: string;
  name: string;
  password_hash: string | null;
  roles: NamespaceRole[];
}

function toUser({ id, email, name, password_hash }: UserRow): FoundUser['user'] {
  return { id, email, name, passwordHash: password_hash };
}
