import { Inject, Injectable } from '@nestjs/common';
import { BadInputError, HeddleError, NotFoundError, parseId, type Json } from '@heddle/kernel';
import type { ActorRef, RunStateName } from '@heddle/engine';
import type { Caller } from '@heddle/server-access';
import { WorkflowsService, decodeCursor, encodeCursor, pageSize } from '@heddle/server-workflows';
import { RunReader, type RunQuery, type RunView } from '@heddle/store';
import { requireFit } from './input-check.js';
import { PipelineService } from './pipeline/pipeline.service.js';
import type { EventBody, EventRefusal } from './pipeline/inbox.js';
import { RunGraphs } from './run-graphs.js';
import { toRun } from './runs.dto.js';

const KEY_LENGTH_MAX = 200;
const REASON_LENGTH_MAX = 1_000;

export interface RunFilterInput {
  workflowId?: string | null;
  states?: RunStateName[] | null;
  createdFrom?: Date | null;
  createdTo?: Date | null;
  search?: string | null;
}

/** Starting, repairing and listing runs. */
@Injectable()
export class RunsService {
  constructor(
    private readonly pipeline: PipelineService,
    private readonly workflows: WorkflowsService,
    private readonly graphs: RunGraphs,
    @Inject(RunReader) private readonly reader: RunReader,
  ) {}

  /** The run if the caller may do what the resolver's rule says. */
  async require(caller: Caller, id: string): Promise<RunView> {
    const run = await this.reader.find(parseId('run', id));
    if (!run) return caller.notFound('run', id);
    caller.in(run.namespaceId, { kind: 'run', id });
    return run;
  }

  async find(caller: Caller, id: string) {
    const run = await this.reader.find(parseId('run', id));
    if (!run || !caller.known.roles.some((role) => role.id === run.namespaceId))
      return caller.nothingFound();
    caller.in(run.namespaceId, { kind: 'run', id });
    return toRun(run);
  }

  async list(
    caller: Caller,
    args: {
      namespace: string;
      filter?: RunFilterInput | null;
      first?: number | null;
      after?: string | null;
    },
  ) {
    const { id: namespaceId } = caller.inNamed(args.namespace);
    const limit = pageSize(args.first);
    const query = toQuery(namespaceId, args.filter ?? {});
    const before = args.after
      ? parseId('run', decodeCursor<{ id: string }>(args.after, ['id']).id)
      : null;
    const [runs, totalCount] = await Promise.all([
      this.reader.list(query, before, limit + 1),
      this.reader.count(query),
    ]);
    const nodes = runs.slice(0, limit);
    const last = nodes.at(-1);
    return {
      nodes: nodes.map(toRun),
      totalCount,
      endCursor: runs.length > limit && last ? encodeCursor({ id: last.id }) : null,
    };
  }

  async start(
    caller: Caller,
    args: {
      workflowId: string;
      input?: Json;
      version?: number | null;
      useDraft?: boolean | null;
      idempotencyKey?: string | null;
    },
  ) {
    const workflow = await this.workflows.require(caller, args.workflowId);
    const { graphId, version } = await this.workflows.runnable(workflow, args);
    const input = args.input ?? null;
    requireFit((await this.graphs.get(graphId)).inputSchema, input);
    const id = await this.pipeline.start({
      namespaceId: workflow.namespaceId,
      workflowId: workflow.id,
      graphId,
      version,
      input,
      triggerKind: caller.known.via === 'key' ? 'api' : 'manual',
      triggerActor: caller.known.name,
      rerunOf: null,
      idempotencyKey: checkKey(args.idempotencyKey ?? null),
      createdAt: Date.now(),
    });
    return this.#reload(id);
  }

  async rerun(caller: Caller, args: { id: string; input?: Json }) {
    const old = await this.require(caller, args.id);
    const input = args.input === undefined ? old.input : args.input;
    requireFit((await this.graphs.get(old.graphId)).inputSchema, input);
    const id = await this.pipeline.start({
      namespaceId: old.namespaceId,
      workflowId: old.workflowId,
      graphId: old.graphId,
      version: old.version,
      input,
      triggerKind: 'rerun',
      triggerActor: caller.known.name,
      rerunOf: old.id,
      idempotencyKey: null,
      createdAt: Date.now(),
    });
    return this.#reload(id);
  }

  cancel(caller: Caller, args: { id: string; reason?: string | null }) {
    return this.#act(caller, args.id, { type: 'runCancelRequested', ...by(caller, args.reason) });
  }

  retryNode(caller: Caller, args: NodeAction & { useInput?: boolean | null; input?: Json }) {
    return this.#act(caller, args.runId, {
      type: 'nodeRetryRequested',
      nodeKey: args.nodeKey,
      ...(args.useInput ? { input: { value: args.input ?? null } } : {}),
      ...by(caller, args.reason),
    });
  }

  skipNode(caller: Caller, args: NodeAction & { output?: Json }) {
    const output = args.output ?? null;
    return this.#act(caller, args.runId, {
      type: 'nodeSkipRequested',
      nodeKey: args.nodeKey,
      output,
      ...by(caller, args.reason),
    });
  }

  cancelNode(caller: Caller, args: NodeAction) {
    return this.#act(caller, args.runId, {
      type: 'nodeCancelRequested',
      nodeKey: args.nodeKey,
      ...by(caller, args.reason),
    });
  }

  async #act(caller: Caller, id: string, event: EventBody) {
    const run = await this.require(caller, id);
    const refusal = await this.pipeline.event(run.id, event);
    if (refusal) throw toError(refusal, run.id);
    return this.#reload(run.id);
  }

  async #reload(id: string) {
    return toRun((await this.reader.find(id))!);
  }
}

interface NodeAction {
  runId: string;
  nodeKey: string;
  reason?: string | null;
}

function toError(refusal: EventRefusal, runId: string): HeddleError {
  switch (refusal.code) {
    case 'NO_RUN':
      return new NotFoundError('run', runId);
    case 'UNKNOWN_NODE':
      return new BadInputError(refusal.message, { path: '/nodeKey' });
    default:
      return new HeddleError('ILLEGAL_ACTION', refusal.message);
  }
}

function by(
  caller: Caller,
  reason: string | null | undefined,
): { actor: ActorRef; reason: string | null } {
  if (reason && reason.length > REASON_LENGTH_MAX)
    throw new BadInputError(`A reason has at most ${REASON_LENGTH_MAX} characters.`, {
      path: '/reason',
    });
  const { userId, name } = caller.known;
  return { actor: { id: `user:${userId}`, name }, reason: reason || null };
}

function checkKey(key: string | null): string | null {
  if (key !== null && (key.length < 1 || key.length > KEY_LENGTH_MAX || key.includes('\u0000')))
    throw new BadInputError(`An idempotency key has 1 to ${KEY_LENGTH_MAX} characters.`, {
      path: '/idempotencyKey',
    });
  return key;
}

function toQuery(namespaceId: string, filter: RunFilterInput): RunQuery {
  const search = filter.search?.trim().slice(0, KEY_LENGTH_MAX) || null;
  return {
    namespaceId,
    workflowId: filter.workflowId ? parseId('workflow', filter.workflowId) : null,
    states: filter.states?.length ? filter.states : null,
    createdFrom: filter.createdFrom ?? null,
    createdTo: filter.createdTo ?? null,
    id: search && /^#?[1-9]\d{0,14}$/.test(search) ? search.replace('#', '') : null,
    name: search,
  };
}
