import {
  Injectable,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';
import { tap, type Observable } from 'rxjs';
import { assert } from '@heddle/kernel';
import { AccessService } from './access.service.js';
import { ACCESS_RULE, callerOf, type RequestContext } from './allow.js';
import { Caller, UnauthenticatedError } from './caller.js';
import { isPermission, type AccessRule } from './permissions.js';

/** Lets nobody past a GraphQL root field without a declared rule. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly access: AccessService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Routes of the HTTP adapter (health, static files) declare themselves where they are registered.
    if (context.getType<string>() !== 'graphql') return true;
    const rule = this.reflector.get<AccessRule | undefined>(ACCESS_RULE, context.getHandler());
    assert(
      rule,
      `${context.getClass().name}.${context.getHandler().name} declares no access rule.`,
    );
    const gql = GqlExecutionContext.create(context);
    const request = gql.getContext<RequestContext>();
    if (request.identity === undefined)
      request.identity = await this.access.identify(request.request);
    const { identity, callers } = request;
    if (rule !== 'public' && !identity) throw new UnauthenticatedError();
    callers.set(gql.getInfo<object>(), new Caller(rule, identity));
    return true;
  }
}

/** Fails, as a bug, a resolver that declares a namespaced permission and answers without having checked a namespace. */
@Injectable()
export class NamespaceCheckInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType<string>() !== 'graphql') return next.handle();
    return next.handle().pipe(
      tap(() => {
        const caller = callerOf(context);
        assert(
          !caller || !isPermission(caller.rule) || caller.isChecked,
          `${context.getHandler().name} answered without checking a namespace.`,
        );
      }),
    );
  }
}
