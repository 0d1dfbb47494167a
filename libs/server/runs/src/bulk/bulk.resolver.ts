import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Allow, From, type Caller } from '@heddle/server-access';
import { BulkService, type BulkInput } from './bulk.service.js';

/** GraphQL of bulk actions. */
@Resolver()
export class BulkResolver {
  constructor(private readonly bulk: BulkService) {}

  @Query('previewBulk')
  @Allow('run:repair')
  preview(@From() caller: Caller, @Args('input') input: BulkInput) {
    return this.bulk.preview(caller, input);
  }

  @Query('bulkOperations')
  @Allow('run:read')
  list(@From() caller: Caller, @Args() args: { namespace: string; first: number }) {
    return this.bulk.list(caller, args.namespace, args.first);
  }

  @Query('bulkOperation')
  @Allow('run:read')
  one(@From() caller: Caller, @Args('id') id: string) {
    return this.bulk.find(caller, id);
  }

  @Mutation('startBulk')
  @Allow('run:repair')
  start(@From() caller: Caller, @Args() args: { input: BulkInput; reason?: string | null }) {
    return this.bulk.start(caller, args.input, args.reason);
  }

  @Mutation('cancelBulk')
  @Allow('run:repair')
  cancel(@From() caller: Caller, @Args('id') id: string) {
    return this.bulk.cancel(caller, id);
  }
}
