import { Injectable } from '@nestjs/common';
import { BadInputError, HeddleError, isJsonObject, type Json } from '@heddle/kernel';
import { planRerun, type RerunPatch, type RerunPlan } from '@heddle/engine';
import type { Caller } from '@heddle/server-access';
import { WorkflowsService, type RunTarget } from '@heddle/server-workflows';
import type { RunView } from '@heddle/store';
import { requireFit } from './input-check.js';
import { RunActionsService, by } from './run-actions.service.js';
import { RunStates } from './run-states.js';
import type { RunDto } from './runs.dto.js';
import { RunsService } from './runs.service.js';

export interface RerunArgs {
  runId: string;
  from: string[];
  patch?: RerunPatchInput | null;
  mode: 'NEW_RUN' | 'IN_PLACE';
  reason?: string | null;
}

interface RerunPatchInput {
  nodeInputs?: Json;
  nodeOutputs?: Json;
  useInput?: boolean | null;
  input?: Json;
  version?: number | null;
}

/** Repeating a part of a run, with what came before reused by reference. */
@Injectable()
export class RerunsService {
  constructor(
    private readonly runs: RunsService,
    private readonly actions: RunActionsService,
    private readonly workflows: WorkflowsService,
    private readonly states: RunStates,
  ) {}

  async preview(caller: Caller, args: RerunArgs) {
    const { nodes, problems } = (await this.#plan(caller, args)).plan;
    return {
      nodes: nodes.map((node) => ({ ...node, effect: node.effect.toUpperCase() })),
      problems: problems.map((problem) => ({
        ...problem,
        rangeStart: problem.range?.start ?? null,
        rangeEnd: problem.range?.end ?? null,
      })),
    };
  }

  async rerun(caller: Caller, args: RerunArgs): Promise<RunDto> {
    const { run, target, plan, patch, from } = await this.#plan(caller, args);
    const error = plan.problems.find((problem) => problem.severity === 'error');
    if (error)
      throw new HeddleError('ILLEGAL_ACTION', error.message, {
        problems: plan.problems as unknown as Json,
      });
    if (args.mode === 'IN_PLACE')
      return this.actions.act(caller, run.id, {
        type: 'rerunRequested',
        from,
        patch,
        ...by(caller, args.reason),
      });
    if (run.parent)
      throw new HeddleError(
        'ILLEGAL_ACTION',
        `Run ${run.id} is a child run: repeat it in place, or its item in run ${run.parent.runId}.`,
      );
    requireFit((await this.states.graph(target.graphId)).graph.inputSchema, plan.input);
    return this.runs.begin(target, {
      input: plan.input,
      triggerKind: 'rerun',
      triggerActor: caller.known.name,
      rerunOf: run.id,
      idempotencyKey: null,
      reuse: plan.reuse,
      context: plan.context,
      nodeInputs: patch.nodeInputs ?? {},
    });
  }

  async #plan(
    caller: Caller,
    args: RerunArgs,
  ): Promise<{
    run: RunView;
    target: RunTarget;
    plan: RerunPlan;
    patch: RerunPatch;
    from: string[];
  }> {
    const run = await this.runs.require(caller, args.runId);
    const isInPlace = args.mode === 'IN_PLACE';
    const version = args.patch?.version ?? null;
    if (isInPlace && version !== null && version !== run.version)
      throw new BadInputError('A run keeps its version: choose a new run to execute another one.', {
        path: '/patch/version',
      });
    const known = (await this.states.load(run.id))!;
    const target =
      version === null
        ? await this.runs.targetOf(caller, run)
        : await this.workflows.target(caller, run.workflowId, { version });
    const graph = version === null ? known.graph : await this.states.graph(target.graphId);
    const patch = toPatch(args.patch ?? {});
    const given = patch.nodeOutputs ?? {};
    const from =
      args.from.length > 0
        ? args.from
        : failedNodes(known.state.nodes.values()).filter((key) => !Object.hasOwn(given, key));
    const plan = planRerun({ old: known, target: graph, from, patch, isInPlace });
    return { run, target, plan, patch, from };
  }
}

/** Nodes that ended without success: what a rerun repeats when nobody says from where. */
function failedNodes(nodes: Iterable<{ key: string; state: string }>): string[] {
  return [...nodes].flatMap(({ key, state }) =>
    state === 'failed' || state === 'canceled' ? [key] : [],
  );
}

function toPatch({ nodeInputs, nodeOutputs, useInput, input }: RerunPatchInput): RerunPatch {
  return {
    ...(nodeInputs ? { nodeInputs: objectOf(nodeInputs, '/patch/nodeInputs') } : {}),
    ...(nodeOutputs ? { nodeOutputs: objectOf(nodeOutputs, '/patch/nodeOutputs') } : {}),
    ...(useInput ? { input: { value: input ?? null } } : {}),
  };
}

function objectOf(value: Json, path: string): Record<string, Json> {
  if (isJsonObject(value)) return value;
  throw new BadInputError('This must be a JSON object with node keys.', { path });
}
