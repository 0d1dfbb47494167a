import { Inject, Injectable, Logger } from '@nestjs/common';
import { messageOf } from '@heddle/kernel';
import type { Hold } from '@heddle/engine';
import type { Caller } from '@heddle/server-access';
import { WorkflowsService } from '@heddle/server-workflows';
import { RunReader, WorkflowStore, type WorkflowEntity } from '@heddle/store';
import type { EventBody } from './pipeline/inbox.js';
import { PipelineService } from './pipeline/pipeline.service.js';
import { by, untilOf } from './run-actions.service.js';

/** Open runs that are held or released with their workflow; later ones ask the workflow when they begin. */
const RUNS_MAX = 10_000;

/** Keeps a whole workflow from starting anything. */
@Injectable()
export class WorkflowHoldsService {
  readonly #log = new Logger(WorkflowHoldsService.name);

  constructor(
    private readonly workflows: WorkflowsService,
    private readonly pipeline: PipelineService,
    @Inject(WorkflowStore) private readonly store: WorkflowStore,
    @Inject(RunReader) private readonly reader: RunReader,
  ) {}

  /** First the workflow, then its runs: a run that begins in between is held by either. */
  async hold(
    caller: Caller,
    args: { id: string; until?: Date | null; reason?: string | null },
  ): Promise<WorkflowEntity> {
    const workflow = await this.workflows.require(caller, args.id);
    const until = untilOf(args.until);
    const { actor, reason } = by(caller, args.reason);
    const hold: Hold = { by: actor, at: Date.now(), reason, until };
    await this.store.setHold(workflow.id, hold);
    const event = { type: 'runHoldRequested', scope: 'workflow', until, actor, reason } as const;
    await this.#tell(workflow, event);
    return this.workflows.require(caller, workflow.id);
  }

  async release(
    caller: Caller,
    args: { id: string; reason?: string | null },
  ): Promise<WorkflowEntity> {
    const workflow = await this.workflows.require(caller, args.id);
    await this.store.setHold(workflow.id, null);
    const { actor, reason } = by(caller, args.reason);
    await this.#tell(workflow, { type: 'runReleaseRequested', scope: 'workflow', actor, reason });
    return this.workflows.require(caller, workflow.id);
  }

  /** A run that has ended meanwhile, or was not held, refuses; that is as well. */
  async #tell({ id, namespaceId }: WorkflowEntity, event: EventBody): Promise<void> {
    const runs = await this.reader.listIds(
      {
        namespaceId,
        workflowId: id,
        states: ['queued', 'running', 'paused'],
        createdFrom: null,
        createdTo: null,
        id: null,
        name: null,
        withChildren: true,
        parentId: null,
        onlyUnresolved: false,
      },
      RUNS_MAX,
    );
    const outcomes = await Promise.allSettled(
      runs.map((runId) => this.pipeline.event(runId, { ...event })),
    );
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        this.#log.warn(`A run was not told of its workflow's hold: ${messageOf(outcome.reason)}`);
  }
}
