import { Module } from '@nestjs/common';
import { DraftResolver, WorkflowsResolver } from './workflows.resolver.js';
import { WorkflowsService } from './workflows.service.js';

/** Workflows: drafts, validation, versions, publishing. */
@Module({
  providers: [WorkflowsService, WorkflowsResolver, DraftResolver],
  exports: [WorkflowsService],
})
export class WorkflowsModule {}
