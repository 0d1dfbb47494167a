import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { RoleName } from '@heddle/store';
import { Allow, From } from './allow.js';
import type { Caller } from './caller.js';
import { MembersService } from './members.service.js';

/** Namespaces, members, keys and tokens. */
@Resolver()
export class MembersResolver {
  constructor(private readonly members: MembersService) {}

  @Query('members')
  @Allow('namespace:read')
  list(@From() caller: Caller, @Args('namespace') namespace: string) {
    return this.members.members(caller, namespace);
  }

  @Mutation('createNamespace')
  @Allow('signedIn')
  createNamespace(@From() caller: Caller, @Args() args: { name: string; title?: string | null }) {
    return this.members.createNamespace(caller, args.name, args.title ?? null);
  }

  @Mutation('setMember')
  @Allow('member:manage')
  setMember(
    @From() caller: Caller,
    @Args() args: { namespace: string; email: string; role: RoleName },
  ) {
    return this.members.setMember(caller, args.namespace, args.email, args.role);
  }

  @Mutation('removeMember')
  @Allow('member:manage')
  removeMember(@From() caller: Caller, @Args() args: { namespace: string; userId: string }) {
    return this.members.removeMember(caller, args.namespace, args.userId);
  }

  @Query('apiKeys')
  @Allow('self')
  apiKeys(@From() caller: Caller) {
    return this.members.listApiKeys(caller);
  }

  @Mutation('createApiKey')
  @Allow('self')
  createApiKey(@From() caller: Caller, @Args() args: { name: string; expiresAt?: Date | null }) {
    return this.members.createApiKey(caller, args.name, args.expiresAt ?? null);
  }

  @Mutation('revokeApiKey')
  @Allow('self')
  revokeApiKey(@From() caller: Caller, @Args('id') id: string) {
    return this.members.revokeApiKey(caller, id);
  }

  @Query('workerTokens')
  @Allow('worker-token:manage')
  workerTokens(@From() caller: Caller, @Args('namespace') namespace: string) {
    return this.members.listWorkerTokens(caller, namespace);
  }

  @Mutation('createWorkerToken')
  @Allow('worker-token:manage')
  createWorkerToken(
    @From() caller: Caller,
    @Args() args: { namespace: string; group: string; name: string },
  ) {
    return this.members.createWorkerToken(caller, args);
  }

  @Mutation('revokeWorkerToken')
  @Allow('worker-token:manage')
  revokeWorkerToken(@From() caller: Caller, @Args('id') id: string) {
    return this.members.revokeWorkerToken(caller, id);
  }
}
