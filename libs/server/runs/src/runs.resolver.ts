import { Args, Context, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Inject } from '@nestjs/common';
import type { Json } from '@heddle/kernel';
import { Allow, From, loaderOf, type Caller, type RequestContext } from '@heddle/server-access';
import { pageSize, toWorkflow, type WorkflowDto } from '@heddle/server-workflows';
import { RunReader, WorkflowStore } from '@heddle/store';
import { RunDetailsService, type LogsArgs } from './run-details.service.js';
import { toRun, type NodeRunDto, type RunDto } from './runs.dto.js';
import { RunsService, type RunFilterInput } from './runs.service.js';

@Resolver('Run')
export class RunsResolver {
  constructor(
    private readonly runs: RunsService,
    private readonly details: RunDetailsService,
    @Inject(WorkflowStore) private readonly workflows: WorkflowStore,
  ) {}

  @Query('runs')
  @Allow('run:read')
  list(
    @From() caller: Caller,
    @Args()
    args: {
      namespace: string;
      filter?: RunFilterInput | null;
      first?: number | null;
      after?: string | null;
    },
  ) {
    return this.runs.list(caller, args);
  }

  @Query('run')
  @Allow('run:read')
  one(@From() caller: Caller, @Args('id') id: string) {
    return this.runs.find(caller, id);
  }

  @Query('runHistory')
  @Allow('run:read')
  history(
    @From() caller: Caller,
    @Args() args: { runId: string; afterSeq?: number | null; first?: number | null },
  ) {
    return this.details.history(caller, args);
  }

  @Query('logs')
  @Allow('run:read')
  logs(@From() caller: Caller, @Args() args: LogsArgs) {
    return this.details.logPage(caller, args);
  }

  @Mutation('startRun')
  @Allow('run:start')
  start(
    @From() caller: Caller,
    @Args()
    args: {
      workflowId: string;
      input?: Json;
      version?: number | null;
      useDraft?: boolean | null;
      idempotencyKey?: string | null;
    },
  ) {
    return this.runs.start(caller, args);
  }

  @Mutation('rerunRun')
  @Allow('run:start')
  rerun(@From() caller: Caller, @Args() args: { id: string; input?: Json }) {
    return this.runs.rerun(caller, args);
  }

  @Mutation('cancelRun')
  @Allow('run:cancel')
  cancel(@From() caller: Caller, @Args() args: { id: string; reason?: string | null }) {
    return this.runs.cancel(caller, args);
  }

  @Mutation('retryNode')
  @Allow('run:repair')
  retryNode(
    @From() caller: Caller,
    @Args()
    args: {
      runId: string;
      nodeKey: string;
      useInput?: boolean | null;
      input?: Json;
      reason?: string | null;
    },
  ) {
    return this.runs.retryNode(caller, args);
  }

  @Mutation('skipNode')
  @Allow('run:repair')
  skipNode(
    @From() caller: Caller,
    @Args() args: { runId: string; nodeKey: string; output?: Json; reason?: string | null },
  ) {
    return this.runs.skipNode(caller, args);
  }

  @Mutation('cancelNode')
  @Allow('run:cancel')
  cancelNode(
    @From() caller: Caller,
    @Args() args: { runId: string; nodeKey: string; reason?: string | null },
  ) {
    return this.runs.cancelNode(caller, args);
  }

  @ResolveField('namespace')
  namespace(@Parent() run: RunDto, @Context() { identity }: RequestContext) {
    return identity?.roles.find((role) => role.id === run.namespaceId);
  }

  @ResolveField('workflow')
  workflow(@Parent() run: RunDto, @Context() context: RequestContext) {
    return loaderOf(context, 'workflows', async (ids) => {
      const found = await this.workflows.findMany(ids);
      return new Map(found.map((workflow) => [workflow.id, toWorkflow(workflow)]));
    }).load(run.workflowId);
  }

  @ResolveField('graph')
  graph(@Parent() run: RunDto) {
    return this.details.graph(run);
  }

  @ResolveField('nodeRuns')
  nodeRuns(@Parent() run: RunDto) {
    return this.details.nodeRuns(run);
  }

  @ResolveField('nodeRun')
  nodeRun(@Parent() run: RunDto, @Args('key') key: string) {
    return this.details.nodeRun(run, key);
  }

  @ResolveField('nodeCounts')
  nodeCounts(@Parent() run: RunDto) {
    return this.details.nodeCounts(run);
  }
}

@Resolver('NodeRun')
export class NodeRunResolver {
  constructor(private readonly details: RunDetailsService) {}

  @ResolveField('attempts')
  attempts(@Parent() { runId, key }: NodeRunDto, @Context() context: RequestContext) {
    return loaderOf(context, `attempts of ${runId}`, (keys) =>
      this.details.attempts(runId, keys),
    ).load(key);
  }
}

/** What runs add to a workflow. */
@Resolver('Workflow')
export class WorkflowRunsResolver {
  constructor(@Inject(RunReader) private readonly reader: RunReader) {}

  @ResolveField('lastRuns')
  lastRuns(
    @Parent() { id }: WorkflowDto,
    @Args('first') first: number,
    @Context() context: RequestContext,
  ) {
    const count = pageSize(first);
    return loaderOf(context, `last ${count} runs`, async (ids) => {
      const runs = new Map(ids.map((workflowId) => [workflowId, [] as RunDto[]]));
      for (const run of await this.reader.lastRuns(ids, count))
        runs.get(run.workflowId)?.push(toRun(run));
      return runs;
    }).load(id);
  }
}
