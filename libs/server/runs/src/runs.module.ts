import { Module } from '@nestjs/common';
import { DispatchModule } from '@heddle/server-dispatch';
import { WorkflowsModule } from '@heddle/server-workflows';
import { CompiledGraphs } from './pipeline/compiled-graphs.js';
import { PipelineService } from './pipeline/pipeline.service.js';
import { RunFeed } from './pipeline/run-feed.js';
import { TimerService } from './pipeline/timer.service.js';
import { RunActionsResolver } from './run-actions.resolver.js';
import { RunActionsService } from './run-actions.service.js';
import { RunDetailsService } from './run-details.service.js';
import { RunGraphs } from './run-graphs.js';
import { NodeRunResolver, RunsResolver, WorkflowRunsResolver } from './runs.resolver.js';
import { RunsService } from './runs.service.js';
import { VerifyService } from './verify.service.js';

/** Runs: the pipeline that changes them, and the API that reads, starts and repairs them. */
@Module({
  imports: [DispatchModule, WorkflowsModule],
  providers: [
    PipelineService,
    CompiledGraphs,
    TimerService,
    RunFeed,
    RunGraphs,
    RunsService,
    RunActionsService,
    RunActionsResolver,
    RunDetailsService,
    VerifyService,
    RunsResolver,
    NodeRunResolver,
    WorkflowRunsResolver,
  ],
  exports: [RunFeed, RunDetailsService, RunsService, PipelineService],
})
export class RunsModule {}
