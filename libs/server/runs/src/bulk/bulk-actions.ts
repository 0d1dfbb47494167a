import { Injectable } from '@nestjs/common';
import { Inject } from '@nestjs/common';
import { assertNever, type Json, type JsonObject } from '@heddle/kernel';
import type { ActorRef, RunStateName } from '@heddle/engine';
import { RunReader, WorkflowStore, type BulkOperationEntity } from '@heddle/store';
import type { EventBody } from '../pipeline/inbox.js';
import { PipelineService } from '../pipeline/pipeline.service.js';
import { RunActionsService } from '../run-actions.service.js';
import { RunStates } from '../run-states.js';

export const BULK_ACTIONS = [
  'CANCEL_RUNS', 'RETRY_FAILED', 'RERUN', 'HOLD_RUNS', 'RELEASE_RUNS', 'RESOLVE', 'RETRY_NODE', 'SKIP_NODE', 'MARK_NODE_FAILED',
] as const; // prettier-ignore
export type BulkAction = (typeof BULK_ACTIONS)[number];

const OPEN: readonly RunStateName[] = ['queued', 'running', 'paused'];
const NOT_SUCCEEDED: readonly RunStateName[] = ['failed', 'canceled'];

/** States of runs that an action makes sense for; null: any. */
export const APPLICABLE: Record<BulkAction, readonly RunStateName[] | null> = {
  CANCEL_RUNS: OPEN,
  RETRY_FAILED: NOT_SUCCEEDED,
  RERUN: null,
  HOLD_RUNS: OPEN,
  RELEASE_RUNS: ['paused'],
  RESOLVE: NOT_SUCCEEDED,
  RETRY_NODE: null,
  SKIP_NODE: null,
  MARK_NODE_FAILED: null,
};

/** Carries out one bulk action on one run. Every throw is reported for that run alone. */
@Injectable()
export class BulkActions {
  constructor(
    private readonly actions: RunActionsService,
    private readonly pipeline: PipelineService,
    private readonly states: RunStates,
    @Inject(RunReader) private readonly reader: RunReader,
    @Inject(WorkflowStore) private readonly workflows: WorkflowStore,
  ) {}

  /** @throws with the reason why the action did not take place. */
  async perform(operation: BulkOperationEntity, runId: string): Promise<void> {
    const action = operation.action as BulkAction;
    const by = { actor: operation.actor, reason: operation.reason };
    switch (action) {
      case 'CANCEL_RUNS':
        return this.actions.send(runId, { type: 'runCancelRequested', ...by });
      case 'HOLD_RUNS':
        return this.actions.send(runId, {
          type: 'runHoldRequested',
          scope: 'run',
          until: null,
          ...by,
        });
      case 'RELEASE_RUNS':
        return this.actions.send(runId, { type: 'runReleaseRequested', scope: 'run', ...by });
      case 'RETRY_FAILED':
        return this.#retryFailed(runId, by);
      case 'RERUN':
        return this.#rerun(operation, runId);
      case 'RESOLVE':
        return this.#resolve(operation, runId);
      case 'RETRY_NODE':
      case 'SKIP_NODE':
      case 'MARK_NODE_FAILED':
        return this.#onNode(operation, action, runId);
      default:
        return assertNever(action);
    }
  }

  async #retryFailed(runId: string, by: { actor: ActorRef; reason: string | null }): Promise<void> {
    const known = await this.states.load(runId);
    const from = [...(known?.state.nodes.values() ?? [])].flatMap(({ key, state, verdicts }) =>
      // Nodes that the end of the run canceled go on by themselves.
      state === 'failed' || (state === 'canceled' && verdicts !== null) ? [key] : [],
    );
    if (from.length === 0) throw new Error('No node of this run has failed.');
    await this.actions.send(runId, { type: 'rerunRequested', from, patch: {}, ...by });
  }

  async #rerun({ id, actor }: BulkOperationEntity, runId: string): Promise<void> {
    const run = (await this.reader.findMany([runId]))[0];
    if (!run) throw new Error('The run does not exist any more.');
    if (run.parent) throw new Error('A child run is repeated by its parent.');
    const { input } = await this.reader.payloads(runId);
    const workflow = await this.workflows.find(run.workflowId);
    const { namespaceId, workflowId, workflowName, graphId, version } = run;
    await this.pipeline.start({
      ...{ namespaceId, workflowId, workflowName, graphId, version, input },
      namespace: await this.#namespaceOf(runId),
      triggerKind: 'rerun',
      triggerActor: actor.name,
      rerunOf: runId,
      // A server that takes over after a crash must not start it again.
      idempotencyKey: `bulk/${id}/${runId}`,
      workflowHold: workflow?.hold ?? null,
      reuse: [],
      createdAt: Date.now(),
    });
  }

  async #namespaceOf(runId: string): Promise<string> {
    return (await this.states.load(runId))?.state.meta.namespace ?? '';
  }

  async #resolve({ actor, reason }: BulkOperationEntity, runId: string): Promise<void> {
    const at = new Date().toISOString();
    const resolution = { by: actor.name, at, runId: null, note: reason };
    if ((await this.reader.resolve([runId], resolution)).length === 0)
      throw new Error('The run has not failed.');
  }

  async #onNode(
    { parameters, actor, reason }: BulkOperationEntity,
    action: 'RETRY_NODE' | 'SKIP_NODE' | 'MARK_NODE_FAILED',
    runId: string,
  ): Promise<void> {
    const { nodeKey, nodeStates, output } = parameters as NodeParameters & JsonObject;
    const states = nodeStates ?? [];
    const [node] = await this.reader.nodesWhole(runId, [nodeKey]);
    const state = node?.state ?? 'pending';
    if (states.length > 0 && !states.includes(state))
      throw new Error(`Node "${nodeKey}" is ${state}.`);
    const base = { nodeKey, actor, reason };
    const events: Record<typeof action, EventBody> = {
      RETRY_NODE: { type: 'nodeRetryRequested', ...base },
      SKIP_NODE: { type: 'nodeSkipRequested', output: output ?? null, ...base },
      MARK_NODE_FAILED: {
        type: 'nodeMarkRequested',
        outcome: { state: 'failed', message: reason ?? 'Marked as failed.' },
        ...base,
      },
    };
    await this.actions.send(runId, events[action]);
  }
}

/** What an action on node runs needs. */
interface NodeParameters {
  nodeKey: string;
  nodeStates: string[] | null;
  output: Json;
}
