import { Module } from '@nestjs/common';
import { DispatchModule } from '@heddle/server-dispatch';
import { WorkflowsModule } from '@heddle/server-workflows';
import { BatchSources } from './pipeline/batch-sources.js';
import { CompiledGraphs } from './pipeline/compiled-graphs.js';
import { PipelineService } from './pipeline/pipeline.service.js';
import { RunFeed } from './pipeline/run-feed.js';
import { TimerService } from './pipeline/timer.service.js';
import { RunActionsResolver } from './run-actions.resolver.js';
import { RunActionsService } from './run-actions.service.js';
import { RunDetailsService } from './run-details.service.js';
import { RunGraphs } from './run-graphs.js';
import { ApprovalsService } from './approvals.service.js';
import { BulkActions } from './bulk/bulk-actions.js';
import { BulkResolver } from './bulk/bulk.resolver.js';
import { BulkService } from './bulk/bulk.service.js';
import { HousekeepingService } from './housekeeping/housekeeping.service.js';
import { RetentionResolver } from './housekeeping/retention.resolver.js';
import { ItemsService } from './items.service.js';
import { NodeRunResolver } from './node-runs.resolver.js';
import { NoticeFeed } from './notice-feed.js';
import { RerunsService } from './reruns.service.js';
import { ResolutionsService } from './resolutions.service.js';
import { RewindResolver } from './rewind.resolver.js';
import { RunStates } from './run-states.js';
import { RunsResolver, WorkflowRunsResolver } from './runs.resolver.js';
import { SignalsService } from './signals.service.js';
import { WaitService } from './wait.service.js';
import { WorkflowHoldsResolver } from './workflow-holds.resolver.js';
import { WorkflowHoldsService } from './workflow-holds.service.js';
import { RunsService } from './runs.service.js';
import { VerifyService } from './verify.service.js';

/** Runs: the pipeline that changes them, and the API that reads, starts and repairs them. */
@Module({
  imports: [DispatchModule, WorkflowsModule],
  providers: [
    PipelineService,
    CompiledGraphs,
    BatchSources,
    TimerService,
    RunFeed,
    RunGraphs,
    RunsService,
    RunActionsService,
    RunActionsResolver,
    RunDetailsService,
    VerifyService,
    RunStates,
    NoticeFeed,
    WaitService,
    ItemsService,
    RerunsService,
    SignalsService,
    ApprovalsService,
    ResolutionsService,
    RewindResolver,
    WorkflowHoldsService,
    WorkflowHoldsResolver,
    BulkActions,
    BulkService,
    BulkResolver,
    HousekeepingService,
    RetentionResolver,
    RunsResolver,
    NodeRunResolver,
    WorkflowRunsResolver,
  ],
  exports: [NoticeFeed, WaitService, RunFeed, RunDetailsService, RunsService, PipelineService],
})
export class RunsModule {}
