/** Who a worker token speaks for. */
export interface WorkerIdentity {
  tokenId: string;
  namespaceId: string;
  group: string;
}

/** Checks worker tokens. Injected by the token `WORKER_TOKENS`. */
export interface WorkerTokens {
  /** Null when the token is unknown or revoked. */
  verify(token: string): Promise<WorkerIdentity | null>;
}

/** Nest injection token of {@link WorkerTokens}. */
export const WORKER_TOKENS = Symbol('WORKER_TOKENS');
