import type { ApiKeyEntity, WorkerTokenEntity } from '@heddle/store';
import type { Identity } from './caller.js';

/** GraphQL `Viewer`. */
export function toViewer(identity: Identity) {
  return {
    id: identity.userId,
    email: identity.email,
    name: identity.name,
    hasPassword: identity.hasPassword,
    namespaces: identity.roles,
  };
}

/** GraphQL `ApiKey`. */
export function toApiKey(key: ApiKeyEntity) {
  const { id, name, prefix, createdAt, lastUsedAt, expiresAt } = key;
  return { id, name, prefix, createdAt, lastUsedAt, expiresAt };
}

/** GraphQL `WorkerToken`. */
export function toWorkerToken(token: WorkerTokenEntity) {
  const { id, name, prefix, createdAt, lastUsedAt } = token;
  return { id, group: token.workerGroup, name, prefix, createdAt, lastUsedAt };
}
