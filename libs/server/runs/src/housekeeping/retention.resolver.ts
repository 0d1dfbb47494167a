import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Inject } from '@nestjs/common';
import { BadInputError } from '@heddle/kernel';
import { Allow, From, type Caller } from '@heddle/server-access';
import { WorkflowsService, toWorkflow, type WorkflowDto } from '@heddle/server-workflows';
import { HousekeepingStore, type RetentionRule } from '@heddle/store';

const DAYS_MAX = 36_500;

/** How long ended runs are kept. */
@Resolver('Workflow')
export class RetentionResolver {
  constructor(
    private readonly workflows: WorkflowsService,
    @Inject(HousekeepingStore) private readonly store: HousekeepingStore,
  ) {}

  @Query('retention')
  @Allow('namespace:read')
  one(@From() caller: Caller, @Args('namespace') namespace: string) {
    return this.store.retention(caller.inNamed(namespace).id);
  }

  @Mutation('setRetention')
  @Allow('retention:manage')
  async set(@From() caller: Caller, @Args() args: { namespace: string; input: RetentionRule }) {
    const { id } = caller.inNamed(args.namespace);
    await this.store.setRetention({ table: 'namespace', id }, checked(args.input));
    return this.store.retention(id);
  }

  @Mutation('setWorkflowRetention')
  @Allow('retention:manage')
  async setOfWorkflow(
    @From() caller: Caller,
    @Args() args: { workflowId: string; input?: RetentionRule | null },
  ) {
    const { id } = await this.workflows.require(caller, args.workflowId);
    const rule = args.input ? checked(args.input) : null;
    await this.store.setRetention({ table: 'workflow', id }, rule);
    return toWorkflow(await this.workflows.require(caller, id));
  }

  @ResolveField('retention')
  retention(@Parent() workflow: WorkflowDto) {
    return workflow.retention;
  }
}

/** @throws {BadInputError} for days that are none. */
function checked({ succeededDays, failedDays, canceledDays }: RetentionRule): RetentionRule {
  const rule = {
    succeededDays: succeededDays ?? null,
    failedDays: failedDays ?? null,
    canceledDays: canceledDays ?? null,
  };
  for (const [name, days] of Object.entries(rule))
    if (days !== null && (days < 0 || days > DAYS_MAX))
      throw new BadInputError(`Runs are kept for 0 to ${DAYS_MAX} days, not ${days}.`, {
        path: `/input/${name}`,
      });
  return rule;
}
