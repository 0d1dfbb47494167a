import { Global, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { AccessGuard, NamespaceCheckInterceptor } from './access.guard.js';
import { AccessResolver } from './access.resolver.js';
import { AccessService } from './access.service.js';
import { MembersResolver } from './members.resolver.js';
import { MembersService } from './members.service.js';
import { RuleCheck } from './rule-check.js';
import { WORKER_TOKENS } from './worker-token.js';

/** Global: every feature's resolvers stand behind its guard. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    RuleCheck,
    AccessService,
    MembersService,
    AccessResolver,
    MembersResolver,
    { provide: WORKER_TOKENS, useExisting: AccessService },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: NamespaceCheckInterceptor },
  ],
  exports: [RuleCheck, AccessService, MembersService, WORKER_TOKENS],
})
export class AccessModule {}
