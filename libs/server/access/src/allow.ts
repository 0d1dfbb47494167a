import { SetMetadata, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import DataLoader from 'dataloader';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, Identity } from './caller.js';
import type { AccessRule } from './permissions.js';

/** Metadata key of the rule that {@link Allow} declares. */
export const ACCESS_RULE = 'heddle:access-rule';

/** Declares who may use a resolver, gateway event or route. One without it is refused, and a test names it. */
export const Allow = (rule: AccessRule): MethodDecorator => SetMetadata(ACCESS_RULE, rule);

/** What every GraphQL operation carries. */
export interface RequestContext {
  request: FastifyRequest;
  reply: FastifyReply;
  /** Who sent the operation, once the guard of its first root field has looked; undefined before. */
  identity?: Identity | null;
  /** One per root field: the guard sets it before the resolver runs. */
  callers: WeakMap<object, Caller>;
  /** Loaders of this operation by name, see {@link loaderOf}. */
  loaders: Map<string, DataLoader<string, unknown>>;
}

/**
 * A loader that gathers what the fields of one operation ask for into one read. `load` gets all keys and answers by key;
 * keys it leaves out resolve to undefined.
 */
export function loaderOf<Value>(
  context: RequestContext,
  name: string,
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): DataLoader<string, Value | undefined> {
  let loader = context.loaders.get(name);
  if (!loader) {
    loader = new DataLoader<string, unknown>(async (keys) => {
      const found = await load(keys);
      return keys.map((key) => found.get(key));
    });
    context.loaders.set(name, loader);
  }
  return loader as DataLoader<string, Value | undefined>;
}

/** The {@link Caller} of this resolver call. */
export const From = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller = callerOf(context);
  if (!caller) throw new Error('The access guard did not run.');
  return caller;
});

/** Key under which the guard keeps the caller: the arguments object is unique to one root field of one operation. */
export function callerOf(context: ExecutionContext): Caller | undefined {
  const gql = GqlExecutionContext.create(context);
  return gql.getContext<RequestContext>().callers.get(gql.getInfo<object>());
}
