import { Inject, Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import type { FastifyRequest } from 'fastify';
import { AccessStore, type FoundUser, type UserEntity } from '@heddle/store';
import { BadInputError } from '@heddle/kernel';
import { UnauthenticatedError, type Identity } from './caller.js';
import { hashSecret, newSecret } from './secrets.js';
import type { WorkerIdentity, WorkerTokens } from './worker-token.js';
import { SignInLimiter } from './sign-in-limiter.js';

/** Name of the cookie that holds the session token. */
export const SESSION_COOKIE = 'heddle_session';
const SESSION_MS = 30 * 24 * 3_600_000;
const LINK_MS = 24 * 3_600_000;
const PASSWORD_LENGTH_MIN = 10;
/** Argon2 reads the whole text: a bound keeps one request from costing seconds. */
const PASSWORD_LENGTH_MAX = 200;

/** Header that cookie-authenticated requests must carry: a foreign page cannot set it, so it cannot act for the user. */
export const CSRF_HEADER = 'x-heddle-request';

export interface NewSession {
  /** For the cookie. */
  secret: string;
  expiresAt: Date;
}

/** Sign-in, sessions, keys: turns what a request carries into an {@link Identity}. */
@Injectable()
export class AccessService implements WorkerTokens {
  readonly #limiter = new SignInLimiter();

  constructor(@Inject(AccessStore) private readonly store: AccessStore) {}

  /** Who sends this request; null when it carries nothing. @throws {UnauthenticatedError} when what it carries is not good. */
  async identify(
    request: Pick<FastifyRequest, 'headers'> & { cookies?: Record<string, string | undefined> },
  ): Promise<Identity | null> {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer) return this.identifyKey(bearer);
    const cookie = request.cookies?.[SESSION_COOKIE];
    if (!cookie || !request.headers[CSRF_HEADER]) return null;
    return this.identifySession(cookie);
  }

  /** @throws {UnauthenticatedError} */
  async identifyKey(secret: string): Promise<Identity> {
    const found = await this.store.findByApiKey(hashSecret(secret), new Date());
    if (!found) throw new UnauthenticatedError('This API key is unknown, expired or revoked.');
    return this.#identity(found);
  }

  /** Null when the session has ended. */
  async identifySession(secret: string): Promise<Identity | null> {
    const found = await this.store.findBySession(hashSecret(secret), new Date());
    return found ? this.#identity(found) : null;
  }

  #identity({ user, roles, session }: FoundUser): Identity {
    return {
      userId: user.id,
      email: user.email,
      name: user.name,
      hasPassword: user.passwordHash !== null,
      via: session ? 'session' : 'key',
      sessionHash: session?.tokenHash ?? null,
      isSessionFromLink: session?.isFromLink ?? false,
      roles,
    };
  }

  /** @throws {UnauthenticatedError} the same for an unknown email and a wrong password; slow for both. */
  async signIn(
    email: string,
    password: string,
    address: string,
  ): Promise<{ user: UserEntity; session: NewSession }> {
    this.#limiter.check(email, address);
    const user = await this.store.findUserByEmail(email.slice(0, 200));
    const known = user?.passwordHash ?? (await decoyHash());
    const isRight = password.length <= PASSWORD_LENGTH_MAX && (await verify(known, password));
    if (!user?.passwordHash || !isRight) {
      this.#limiter.failed(email, address);
      throw new UnauthenticatedError('The e-mail address or the password is wrong.');
    }
    this.#limiter.succeeded(email, address);
    return { user, session: await this.#startSession(user.id, false) };
  }

  /** @throws {UnauthenticatedError} when the link was used, is too old, or was never given out. */
  async signInWithLink(secret: string): Promise<{ user: UserEntity; session: NewSession }> {
    const userId = await this.store.useSignInLink(hashSecret(secret), new Date());
    const user = userId && (await this.store.findUser(userId));
    if (!user)
      throw new UnauthenticatedError(
        'This sign-in link was used already or is older than a day. Ask for a new one.',
      );
    return { user, session: await this.#startSession(user.id, true) };
  }

  async #startSession(userId: string, isFromLink: boolean): Promise<NewSession> {
    const { secret, hash: tokenHash } = newSecret('hdl_session');
    const expiresAt = new Date(Date.now() + SESSION_MS);
    await this.store.addSession({ userId, tokenHash, isFromLink, expiresAt });
    return { secret, expiresAt };
  }

  async signOut(identity: Identity): Promise<void> {
    if (identity.sessionHash) await this.store.deleteSession(identity.sessionHash);
  }

  /** Sets the password and ends the person's other sessions. */
  async setPassword(identity: Identity, password: string, current: string | null): Promise<void> {
    if (password.length < PASSWORD_LENGTH_MIN || password.length > PASSWORD_LENGTH_MAX)
      throw new BadInputError(
        `A password has ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters; this one has ${password.length}.`,
        { path: '/password' },
      );
    const user = await this.store.findUser(identity.userId);
    if (user?.passwordHash && !identity.isSessionFromLink) {
      const isRight =
        current !== null &&
        current.length <= PASSWORD_LENGTH_MAX &&
        (await verify(user.passwordHash, current));
      if (!isRight) throw new BadInputError('The current password is wrong.', { path: '/current' });
    }
    await this.store.setPasswordHash(identity.userId, await hash(password));
    await this.store.deleteOtherSessions(identity.userId, identity.sessionHash);
  }

  /** A link that signs a person in once, within a day. @returns the secret for its address. */
  async newSignInLink(userId: string): Promise<string> {
    const { secret, hash: tokenHash } = newSecret('hdl_link');
    await this.store.addSignInLink({
      userId,
      tokenHash,
      expiresAt: new Date(Date.now() + LINK_MS),
    });
    return secret;
  }

  async verify(token: string): Promise<WorkerIdentity | null> {
    const found = await this.store.findByWorkerToken(hashSecret(token), new Date());
    return found && { tokenId: found.id, namespaceId: found.namespaceId, group: found.workerGroup };
  }

  /** Which of these worker tokens are no longer good. */
  async revokedTokens(tokenIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(await this.store.revokedWorkerTokens(tokenIds));
  }
}

let decoy: Promise<string> | undefined;
/** A hash to compare with when nobody has that address, so that both answers take the same time. */
function decoyHash(): Promise<string> {
  return (decoy ??= hash('no account has this password'));
}
