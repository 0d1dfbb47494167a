import { Inject, Injectable } from '@nestjs/common';
import { BadInputError, parseId, type Json } from '@heddle/kernel';
import type { RunStateName } from '@heddle/engine';
import type { Caller } from '@heddle/server-access';
import {
  WorkflowsService,
  decodeCursor,
  encodeCursor,
  pageSize,
  type RunTarget,
} from '@heddle/server-workflows';
import { RunReader, WorkflowStore, type RunQuery, type RunView } from '@heddle/store';
import { requireFit } from './input-check.js';
import type { NewRun } from './pipeline/inbox.js';
import { PipelineService } from './pipeline/pipeline.service.js';
import { RunGraphs } from './run-graphs.js';
import { toRun, type RunDto } from './runs.dto.js';

const KEY_LENGTH_MAX = 200;
/** Runs that one call may start. */
const RUNS_MAX = 1_000;

export interface RunFilterInput {
  workflowId?: string | null;
  states?: RunStateName[] | null;
  createdFrom?: Date | null;
  createdTo?: Date | null;
  search?: string | null;
  includeChildren?: boolean | null;
  parentId?: string | null;
  onlyUnresolved?: boolean | null;
}

/** Starting and listing runs. */
@Injectable()
export class RunsService {
  constructor(
    private readonly pipeline: PipelineService,
    private readonly workflows: WorkflowsService,
    private readonly graphs: RunGraphs,
    @Inject(RunReader) private readonly reader: RunReader,
    @Inject(WorkflowStore) private readonly workflowStore: WorkflowStore,
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
  ): Promise<RunDto> {
    const target = await this.workflows.target(caller, args.workflowId, args);
    const input = args.input ?? null;
    requireFit((await this.graphs.get(target.graphId)).inputSchema, input);
    return this.begin(target, {
      input,
      triggerKind: caller.known.via === 'key' ? 'api' : 'manual',
      triggerActor: caller.known.name,
      rerunOf: null,
      idempotencyKey: checkKey(args.idempotencyKey ?? null),
      reuse: [],
    });
  }

  async startMany(
    caller: Caller,
    args: {
      workflowId: string;
      version?: number | null;
      runs: { input?: Json; idempotencyKey?: string | null }[];
    },
  ): Promise<RunDto[]> {
    const target = await this.workflows.target(caller, args.workflowId, args);
    if (args.runs.length > RUNS_MAX)
      throw new BadInputError(`At most ${RUNS_MAX} runs start at once, not ${args.runs.length}.`, {
        path: '/runs',
      });
    const { inputSchema } = await this.graphs.get(target.graphId);
    for (const { input } of args.runs) requireFit(inputSchema, input ?? null);
    const facts = {
      triggerKind: caller.known.via === 'key' ? 'api' : 'manual',
      triggerActor: caller.known.name,
      rerunOf: null,
      reuse: [],
    } as const;
    return Promise.all(
      args.runs.map(({ input, idempotencyKey }) =>
        this.begin(target, {
          ...facts,
          input: input ?? null,
          idempotencyKey: checkKey(idempotencyKey ?? null),
        }),
      ),
    );
  }

  async rerun(caller: Caller, args: { id: string; input?: Json }): Promise<RunDto> {
    const old = await this.require(caller, args.id);
    if (old.parent)
      throw new BadInputError(
        `Run ${old.id} is a child run; retry its item in run ${old.parent.runId} instead.`,
        { path: '/id' },
      );
    const input =
      args.input === undefined ? (await this.reader.payloads(old.id)).input : args.input;
    const target = await this.targetOf(caller, old);
    requireFit((await this.graphs.get(target.graphId)).inputSchema, input);
    return this.begin(target, {
      input,
      triggerKind: 'rerun',
      triggerActor: caller.known.name,
      rerunOf: old.id,
      idempotencyKey: null,
      reuse: [],
    });
  }

  /** What a repetition of a run executes: the graph that it executed. */
  async targetOf(caller: Caller, run: RunView): Promise<RunTarget> {
    const { namespaceId, workflowId, workflowName, graphId, version } = run;
    const { name: namespace } = caller.in(namespaceId, { kind: 'run', id: run.id });
    const hold = (await this.workflowStore.find(workflowId))?.hold ?? null;
    return { namespaceId, namespace, workflowId, workflowName, graphId, version, hold };
  }

  /** Starts a run through the pipeline. */
  async begin(
    { hold, ...target }: RunTarget,
    facts: Omit<NewRun, keyof RunTarget | 'workflowHold' | 'createdAt'>,
  ): Promise<RunDto> {
    const run = { ...target, ...facts, workflowHold: hold, createdAt: Date.now() };
    const { runId, view } = await this.pipeline.start(run);
    return view ? toRun(view) : this.reload(runId);
  }

  async reload(id: string): Promise<RunDto> {
    return toRun((await this.reader.find(id))!);
  }
}

function checkKey(key: string | null): string | null {
  if (key !== null && (key.length < 1 || key.length > KEY_LENGTH_MAX || key.includes('\u0000')))
    throw new BadInputError(`An idempotency key has 1 to ${KEY_LENGTH_MAX} characters.`, {
      path: '/idempotencyKey',
    });
  return key;
}

/** @throws {BadInputError} for ids that are none. */
export function toQuery(namespaceId: string, filter: RunFilterInput): RunQuery {
  const search = filter.search?.trim().slice(0, KEY_LENGTH_MAX) || null;
  return {
    namespaceId,
    workflowId: filter.workflowId ? parseId('workflow', filter.workflowId) : null,
    states: filter.states?.length ? filter.states : null,
    createdFrom: filter.createdFrom ?? null,
    createdTo: filter.createdTo ?? null,
    id: search && /^#?[1-9]\d{0,14}$/.test(search) ? search.replace('#', '') : null,
    name: search,
    withChildren: filter.includeChildren ?? false,
    parentId: filter.parentId ? parseId('run', filter.parentId) : null,
    onlyUnresolved: filter.onlyUnresolved ?? false,
  };
}
