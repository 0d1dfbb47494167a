import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Allow, From, type Caller } from '@heddle/server-access';
import { WorkersService } from './workers.service.js';

/** Workers as people see them. */
@Resolver()
export class WorkersResolver {
  constructor(private readonly workers: WorkersService) {}

  @Query('workers')
  @Allow('worker:read')
  list(@From() caller: Caller, @Args('namespace') namespace: string) {
    return this.workers.list(caller, namespace);
  }

  @Mutation('drainWorker')
  @Allow('worker:drain')
  drain(@From() caller: Caller, @Args('id') id: string) {
    return this.workers.drain(caller, id);
  }
}
