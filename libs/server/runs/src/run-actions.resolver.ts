import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { Json } from '@heddle/kernel';
import { Allow, From, type Caller } from '@heddle/server-access';
import { RunActionsService } from './run-actions.service.js';

type RunArgs = { id: string; reason?: string | null };
type NodeArgs = { runId: string; nodeKey: string; reason?: string | null };
type Until = { until?: Date | null };

/** What people do to runs and their nodes. */
@Resolver()
export class RunActionsResolver {
  constructor(private readonly actions: RunActionsService) {}

  @Mutation('cancelRun')
  @Allow('run:cancel')
  cancel(@From() caller: Caller, @Args() args: RunArgs & { compensate?: boolean | null }) {
    return this.actions.cancel(caller, args);
  }

  @Mutation('holdRun')
  @Allow('run:repair')
  hold(@From() caller: Caller, @Args() args: RunArgs & Until) {
    return this.actions.hold(caller, args);
  }

  @Mutation('releaseRun')
  @Allow('run:repair')
  release(@From() caller: Caller, @Args() args: RunArgs) {
    return this.actions.release(caller, args);
  }

  @Mutation('holdNode')
  @Allow('run:repair')
  holdNode(@From() caller: Caller, @Args() args: NodeArgs & Until) {
    return this.actions.holdNode(caller, args);
  }

  @Mutation('releaseNode')
  @Allow('run:repair')
  releaseNode(@From() caller: Caller, @Args() args: NodeArgs) {
    return this.actions.releaseNode(caller, args);
  }

  @Mutation('retryNode')
  @Allow('run:repair')
  retryNode(
    @From() caller: Caller,
    @Args() args: NodeArgs & { useInput?: boolean | null; input?: Json },
  ) {
    return this.actions.retryNode(caller, args);
  }

  @Mutation('skipNode')
  @Allow('run:repair')
  skipNode(@From() caller: Caller, @Args() args: NodeArgs & { output?: Json }) {
    return this.actions.skipNode(caller, args);
  }

  @Mutation('cancelNode')
  @Allow('run:cancel')
  cancelNode(@From() caller: Caller, @Args() args: NodeArgs) {
    return this.actions.cancelNode(caller, args);
  }

  @Mutation('markNode')
  @Allow('run:repair')
  markNode(
    @From() caller: Caller,
    @Args()
    args: NodeArgs & {
      outcome: 'succeeded' | 'failed' | 'skipped';
      output?: Json;
      message?: string | null;
    },
  ) {
    return this.actions.markNode(caller, args);
  }

  @Mutation('retryItem')
  @Allow('run:repair')
  retryItem(@From() caller: Caller, @Args() args: NodeArgs & { index: number }) {
    return this.actions.retryItem(caller, args);
  }
}
