import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { loaderOf, type RequestContext } from '@heddle/server-access';
import { pageSize } from '@heddle/server-workflows';
import { ApprovalsService } from './approvals.service.js';
import { ItemsService, type ItemsArgs } from './items.service.js';
import { RunDetailsService } from './run-details.service.js';
import type { NodeRunDto } from './runs.dto.js';
import { WaitService } from './wait.service.js';

/** Fields of a node run that need more reading. */
@Resolver('NodeRun')
export class NodeRunResolver {
  constructor(
    private readonly details: RunDetailsService,
    private readonly waits: WaitService,
    private readonly approvals: ApprovalsService,
    private readonly items: ItemsService,
  ) {}

  @ResolveField('input')
  async input(@Parent() node: NodeRunDto, @Context() context: RequestContext) {
    return (await this.#payloads(node, context))?.input ?? null;
  }

  @ResolveField('output')
  async output(@Parent() node: NodeRunDto, @Context() context: RequestContext) {
    return (await this.#payloads(node, context))?.output ?? null;
  }

  #payloads({ runId, key }: NodeRunDto, context: RequestContext) {
    return loaderOf(context, `payloads of ${runId}`, (keys: readonly string[]) =>
      this.details.nodePayloads(runId, keys),
    ).load(key);
  }

  @ResolveField('attempts')
  attempts(@Parent() { runId, key }: NodeRunDto, @Context() context: RequestContext) {
    return loaderOf(context, `attempts of ${runId}`, (keys) =>
      this.details.attempts(runId, keys),
    ).load(key);
  }

  /** The reasons of a run are found in one go, whichever nodes are asked for. */
  @ResolveField('waitReasons')
  async waitReasons(@Parent() { runId, key }: NodeRunDto, @Context() context: RequestContext) {
    const reasons = await loaderOf(context, 'wait reasons', async (ids: readonly string[]) => {
      const found = ids.map(async (id) => [id, await this.waits.reasons(id)] as const);
      return new Map(await Promise.all(found));
    }).load(runId);
    return (reasons?.get(key) ?? []).map(({ until, ...reason }) => ({
      ...reason,
      until: until === null ? null : new Date(until),
    }));
  }

  @ResolveField('approval')
  async approval(
    @Parent() { runId, namespaceId, stored }: NodeRunDto,
    @Context() { identity }: RequestContext,
  ) {
    if (!identity) return null;
    const asked = this.approvals.of(identity, namespaceId, stored);
    return asked && { ...asked, run: await this.details.run(runId) };
  }

  @ResolveField('items')
  list(@Parent() node: NodeRunDto, @Args() args: ItemsArgs) {
    return this.items.list(node, { ...args, first: pageSize(args.first) });
  }
}
