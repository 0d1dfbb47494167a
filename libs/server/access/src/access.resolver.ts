import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import '@fastify/cookie';
import { AccessStore } from '@heddle/store';
import { toViewer } from './access.dto.js';
import { AccessService, SESSION_COOKIE, type NewSession } from './access.service.js';
import { Allow, From, type RequestContext } from './allow.js';
import { UnauthenticatedError, type Caller } from './caller.js';

/** Injected: the version of the product, for `setup`. */
export const PRODUCT_VERSION = Symbol('PRODUCT_VERSION');

/** Signing in and out. */
@Resolver()
export class AccessResolver {
  constructor(
    private readonly access: AccessService,
    @Inject(AccessStore) private readonly store: AccessStore,
    @Inject(PRODUCT_VERSION) private readonly version: string,
  ) {}

  @Query('me')
  @Allow('public')
  me(@From() caller: Caller) {
    return caller.identity && toViewer(caller.identity);
  }

  @Query('setup')
  @Allow('public')
  async setup() {
    return { needsFirstSignIn: !(await this.store.hasAnyPassword()), version: this.version };
  }

  @Query('namespaces')
  @Allow('signedIn')
  namespaces(@From() caller: Caller) {
    return caller.known.roles;
  }

  @Mutation('signIn')
  @Allow('public')
  async signIn(
    @Args() args: { email: string; password: string },
    @Context() context: RequestContext,
  ) {
    const { session } = await this.access.signIn(args.email, args.password, context.request.ip);
    return this.#begin(session, context);
  }

  @Mutation('signInWithLink')
  @Allow('public')
  async signInWithLink(@Args('token') token: string, @Context() context: RequestContext) {
    const { session } = await this.access.signInWithLink(token);
    return this.#begin(session, context);
  }

  @Mutation('signOut')
  @Allow('signedIn')
  async signOut(@From() caller: Caller, @Context() context: RequestContext) {
    await this.access.signOut(caller.known);
    context.reply.clearCookie(SESSION_COOKIE, { path: '/' });
    return true;
  }

  @Mutation('setPassword')
  @Allow('self')
  async setPassword(
    @From() caller: Caller,
    @Args() args: { password: string; current?: string | null },
  ) {
    await this.access.setPassword(caller.known, args.password, args.current ?? null);
    return toViewer({ ...caller.known, hasPassword: true });
  }

  async #begin(session: NewSession, { request, reply }: RequestContext) {
    reply.setCookie(SESSION_COOKIE, session.secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: request.protocol === 'https',
      expires: session.expiresAt,
    });
    const identity = await this.access.identifySession(session.secret);
    if (!identity) throw new UnauthenticatedError();
    return toViewer(identity);
  }
}
