import { Args, Context, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Inject } from '@nestjs/common';
import type { Json } from '@heddle/kernel';
import { GRAPH_LIMITS } from '@heddle/graph';
import { Allow, From, loaderOf, type Caller, type RequestContext } from '@heddle/server-access';
import { pageSize, toWorkflow, type WorkflowDto } from '@heddle/server-workflows';
import { RunReader, WorkflowStore } from '@heddle/store';
import { RunDetailsService, type LogsArgs } from './run-details.service.js';
import { toRun, type RunDto } from './runs.dto.js';
import { RunsService, type RunFilterInput } from './runs.service.js';
import { VerifyService } from './verify.service.js';

@Resolver('Run')
export class RunsResolver {
  constructor(
    private readonly runs: RunsService,
    private readonly details: RunDetailsService,
    private readonly verification: VerifyService,
    @Inject(WorkflowStore) private readonly workflows: WorkflowStore,
    @Inject(RunReader) private readonly reader: RunReader,
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

  @Query('verifyRun')
  @Allow('run:read')
  verify(@From() caller: Caller, @Args('id') id: string) {
    return this.verification.verify(caller, id);
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

  @Mutation('startRuns')
  @Allow('run:start')
  startMany(
    @From() caller: Caller,
    @Args()
    args: {
      workflowId: string;
      version?: number | null;
      runs: { input?: Json; idempotencyKey?: string | null }[];
    },
  ) {
    return this.runs.startMany(caller, args);
  }

  @Mutation('rerunRun')
  @Allow('run:start')
  rerun(@From() caller: Caller, @Args() args: { id: string; input?: Json }) {
    return this.runs.rerun(caller, args);
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

  @ResolveField('seq')
  async seq(@Parent() run: RunDto, @Context() context: RequestContext) {
    return (await this.#step(run, context))!.seq;
  }

  @ResolveField('payloadSize')
  async payloadSize(@Parent() run: RunDto, @Context() context: RequestContext) {
    return (await this.#step(run, context))!.payloadSize;
  }

  @ResolveField('payloadMax')
  async payloadMax(@Parent() run: RunDto) {
    return (await this.details.graph(run)).settings.payloadMax ?? GRAPH_LIMITS.payloadDefault;
  }

  #step(run: RunDto, context: RequestContext) {
    return loaderOf(context, 'steps', async (ids: readonly string[]) => {
      const steps = await this.reader.steps(ids);
      return new Map(ids.map((id) => [id, steps.get(id) ?? { seq: 0, payloadSize: 0 }]));
    }).load(run.id);
  }

  @ResolveField('input')
  async input(@Parent() run: RunDto, @Context() context: RequestContext) {
    return (await this.#payloads(run, context))!.input;
  }

  @ResolveField('context')
  async context(@Parent() run: RunDto, @Context() context: RequestContext) {
    return (await this.#payloads(run, context))!.context;
  }

  @ResolveField('output')
  async output(@Parent() run: RunDto, @Context() context: RequestContext) {
    return (await this.#payloads(run, context))!.output;
  }

  /** One reading for the three of them. */
  #payloads(run: RunDto, context: RequestContext) {
    return loaderOf(
      context,
      'run payloads',
      async (ids: readonly string[]) =>
        new Map(
          await Promise.all(ids.map(async (id) => [id, await this.details.payloads(id)] as const)),
        ),
    ).load(run.id);
  }

  @ResolveField('ancestors')
  ancestors(@Parent() run: RunDto) {
    return this.details.ancestors(run);
  }

  @ResolveField('parent')
  async parent(@Parent() run: RunDto) {
    return run.parentRef && ((await this.details.ancestors(run)).at(-1) ?? null);
  }

  @ResolveField('reruns')
  reruns(@Parent() run: RunDto) {
    return this.details.reruns(run.id);
  }

  @ResolveField('graph')
  graph(@Parent() run: RunDto) {
    return this.details.graph(run);
  }

  @ResolveField('nodeRuns')
  async nodeRuns(@Parent() run: RunDto, @Context() context: RequestContext) {
    // First the step, then what it wrote: the live channel goes on from there, so nothing is left out.
    await this.#step(run, context);
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
