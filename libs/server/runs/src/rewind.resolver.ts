import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Json } from '@heddle/kernel';
import { Allow, From, type Caller } from '@heddle/server-access';
import { ApprovalsService } from './approvals.service.js';
import { RerunsService, type RerunArgs } from './reruns.service.js';
import { ResolutionsService } from './resolutions.service.js';
import { SignalsService, type SignalArgs } from './signals.service.js';

/** Reruns, signals, approvals and resolutions. */
@Resolver()
export class RewindResolver {
  constructor(
    private readonly reruns: RerunsService,
    private readonly signals: SignalsService,
    private readonly approvals: ApprovalsService,
    private readonly resolutions: ResolutionsService,
  ) {}

  @Query('previewRerun')
  @Allow('run:read')
  preview(@From() caller: Caller, @Args() args: RerunArgs) {
    return this.reruns.preview(caller, args);
  }

  @Mutation('rerunFrom')
  @Allow('run:repair')
  rerun(@From() caller: Caller, @Args() args: RerunArgs) {
    return this.reruns.rerun(caller, args);
  }

  @Mutation('sendSignal')
  @Allow('run:start')
  signal(@From() caller: Caller, @Args() args: SignalArgs) {
    return this.signals.send(caller, args);
  }

  @Query('approvals')
  @Allow('run:read')
  list(
    @From() caller: Caller,
    @Args()
    args: {
      namespace: string;
      onlyMine?: boolean | null;
      first?: number | null;
      after?: string | null;
    },
  ) {
    return this.approvals.list(caller, args);
  }

  @Mutation('decideApproval')
  @Allow('run:repair')
  decide(
    @From() caller: Caller,
    @Args()
    args: {
      runId: string;
      nodeKey: string;
      decision: 'approved' | 'rejected';
      values?: Json;
      comment?: string | null;
    },
  ) {
    return this.approvals.decide(caller, args);
  }

  @Mutation('resolveRun')
  @Allow('run:repair')
  resolve(
    @From() caller: Caller,
    @Args() args: { id: string; resolvedBy?: string | null; note?: string | null },
  ) {
    return this.resolutions.resolve(caller, args);
  }

  @Mutation('unresolveRun')
  @Allow('run:repair')
  unresolve(@From() caller: Caller, @Args('id') id: string) {
    return this.resolutions.unresolve(caller, id);
  }
}
