import { Args, Context, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, From, loaderOf, type Caller, type RequestContext } from '@heddle/server-access';
import { isSameGraph } from './graph-checks.js';
import { toVersion, toWorkflow, type WorkflowDto } from './workflows.dto.js';
import { WorkflowsService } from './workflows.service.js';

@Resolver('Workflow')
export class WorkflowsResolver {
  constructor(private readonly workflows: WorkflowsService) {}

  @Query('workflows')
  @Allow('workflow:read')
  list(
    @From() caller: Caller,
    @Args()
    args: {
      namespace: string;
      search?: string | null;
      first?: number | null;
      after?: string | null;
    },
  ) {
    return this.workflows.list(caller, args);
  }

  @Query('workflow')
  @Allow('workflow:read')
  async one(@From() caller: Caller, @Args('id') id: string) {
    const workflow = await this.workflows.find(caller, id);
    return workflow && toWorkflow(workflow);
  }

  @Query('validateGraph')
  @Allow('workflow:read')
  validate(@From() caller: Caller, @Args() args: { namespace: string; graph: unknown }) {
    return this.workflows.validate(caller, args.namespace, args.graph);
  }

  @Mutation('createWorkflow')
  @Allow('workflow:edit')
  create(
    @From() caller: Caller,
    @Args()
    args: {
      namespace: string;
      input: { name: string; description?: string | null; graph?: unknown };
    },
  ) {
    return this.workflows.create(caller, args.namespace, args.input);
  }

  @Mutation('updateWorkflow')
  @Allow('workflow:edit')
  update(
    @From() caller: Caller,
    @Args() args: { id: string; input: { name?: string | null; description?: string | null } },
  ) {
    return this.workflows.update(caller, args.id, args.input);
  }

  @Mutation('saveDraft')
  @Allow('workflow:edit')
  saveDraft(
    @From() caller: Caller,
    @Args() args: { workflowId: string; graph: unknown; baseRevision: number },
  ) {
    return this.workflows.saveDraft(caller, args);
  }

  @Mutation('publishWorkflow')
  @Allow('workflow:publish')
  publish(
    @From() caller: Caller,
    @Args() args: { workflowId: string; note?: string | null; baseRevision?: number | null },
  ) {
    return this.workflows.publish(caller, args);
  }

  @Mutation('publishVersion')
  @Allow('workflow:publish')
  publishVersion(@From() caller: Caller, @Args() args: { workflowId: string; version: number }) {
    return this.workflows.publishVersion(caller, args);
  }

  @Mutation('archiveWorkflow')
  @Allow('workflow:archive')
  archive(@From() caller: Caller, @Args('id') id: string) {
    return this.workflows.archive(caller, id);
  }

  @Mutation('restoreWorkflow')
  @Allow('workflow:archive')
  restore(@From() caller: Caller, @Args('id') id: string) {
    return this.workflows.restore(caller, id);
  }

  @ResolveField('namespace')
  namespace(@Parent() workflow: WorkflowDto, @Context() { identity }: RequestContext) {
    return identity?.roles.find((role) => role.id === workflow.namespaceId);
  }

  @ResolveField('draft')
  draft(@Parent() workflow: WorkflowDto) {
    return this.workflows.draft(workflow);
  }

  @ResolveField('published')
  async published(@Parent() workflow: WorkflowDto, @Context() context: RequestContext) {
    const version = await this.#publishedOf(workflow, context);
    return version ? toVersion(version, workflow.publishedVersion) : null;
  }

  @ResolveField('hasUnpublishedChanges')
  async hasUnpublishedChanges(@Parent() workflow: WorkflowDto, @Context() context: RequestContext) {
    return !isSameGraph(
      workflow.draft,
      (await this.#publishedOf(workflow, context))?.graph ?? null,
    );
  }

  #publishedOf({ id }: WorkflowDto, context: RequestContext) {
    return loaderOf(context, 'published versions', (ids) =>
      this.workflows.publishedVersions(ids),
    ).load(id);
  }

  @ResolveField('versions')
  versions(@Parent() workflow: WorkflowDto, @Args('first') first: number) {
    return this.workflows.versions(workflow, first);
  }

  @ResolveField('version')
  version(@Parent() workflow: WorkflowDto, @Args('number') number: number) {
    return this.workflows.version(workflow, number);
  }
}

@Resolver('Draft')
export class DraftResolver {
  constructor(private readonly workflows: WorkflowsService) {}

  @ResolveField('problems')
  problems(@Parent() draft: { namespaceId: string; graph: unknown }) {
    return this.workflows.problems(draft.namespaceId, draft.graph);
  }
}
