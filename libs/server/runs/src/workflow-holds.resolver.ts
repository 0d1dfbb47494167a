import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, From, type Caller } from '@heddle/server-access';
import { toWorkflow, type WorkflowDto } from '@heddle/server-workflows';
import { toHold } from './runs.dto.js';
import { WorkflowHoldsService } from './workflow-holds.service.js';

/** Holding all runs of a workflow. */
@Resolver('Workflow')
export class WorkflowHoldsResolver {
  constructor(private readonly holds: WorkflowHoldsService) {}

  @Mutation('holdWorkflow')
  @Allow('run:repair')
  async hold(
    @From() caller: Caller,
    @Args() args: { id: string; until?: Date | null; reason?: string | null },
  ) {
    return toWorkflow(await this.holds.hold(caller, args));
  }

  @Mutation('releaseWorkflow')
  @Allow('run:repair')
  async release(@From() caller: Caller, @Args() args: { id: string; reason?: string | null }) {
    return toWorkflow(await this.holds.release(caller, args));
  }

  @ResolveField('hold')
  of(@Parent() workflow: WorkflowDto) {
    return toHold('workflow', workflow.hold);
  }
}
