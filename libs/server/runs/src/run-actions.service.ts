import { Injectable } from '@nestjs/common';
import { BadInputError, HeddleError, NotFoundError, assertNever, type Json } from '@heddle/kernel';
import type { ActorRef, EngineEvent } from '@heddle/engine';
import type { Caller } from '@heddle/server-access';
import type { EventBody, EventRefusal } from './pipeline/inbox.js';
import { PipelineService } from './pipeline/pipeline.service.js';
import type { RunDto } from './runs.dto.js';
import { RunsService } from './runs.service.js';

const REASON_LENGTH_MAX = 1_000;

interface RunAction {
  id: string;
  reason?: string | null;
}

interface NodeAction {
  runId: string;
  nodeKey: string;
  reason?: string | null;
}

interface MarkAction extends NodeAction {
  outcome: 'succeeded' | 'failed' | 'skipped';
  output?: Json;
  message?: string | null;
}

type MarkOutcome = Extract<EngineEvent, { type: 'nodeMarkRequested' }>['outcome'];

/** What people do to runs and their nodes. Every action is an engine event with who and why. */
@Injectable()
export class RunActionsService {
  constructor(
    private readonly runs: RunsService,
    private readonly pipeline: PipelineService,
  ) {}

  cancel(caller: Caller, args: RunAction & { compensate?: boolean | null }) {
    const compensate = args.compensate ?? false;
    return this.act(caller, args.id, {
      type: 'runCancelRequested',
      ...(compensate ? { compensate } : {}),
      ...by(caller, args.reason),
    });
  }

  hold(caller: Caller, args: RunAction & { until?: Date | null }) {
    return this.act(caller, args.id, {
      type: 'runHoldRequested',
      scope: 'run',
      until: untilOf(args.until),
      ...by(caller, args.reason),
    });
  }

  release(caller: Caller, args: RunAction) {
    return this.act(caller, args.id, {
      type: 'runReleaseRequested',
      scope: 'run',
      ...by(caller, args.reason),
    });
  }

  holdNode(caller: Caller, { runId, nodeKey, ...args }: NodeAction & { until?: Date | null }) {
    return this.act(caller, runId, {
      type: 'nodeHoldRequested',
      nodeKey,
      until: untilOf(args.until),
      ...by(caller, args.reason),
    });
  }

  releaseNode(caller: Caller, { runId, nodeKey, reason }: NodeAction) {
    return this.act(caller, runId, {
      type: 'nodeReleaseRequested',
      nodeKey,
      ...by(caller, reason),
    });
  }

  retryNode(caller: Caller, args: NodeAction & { useInput?: boolean | null; input?: Json }) {
    return this.act(caller, args.runId, {
      type: 'nodeRetryRequested',
      nodeKey: args.nodeKey,
      ...(args.useInput ? { input: { value: args.input ?? null } } : {}),
      ...by(caller, args.reason),
    });
  }

  skipNode(caller: Caller, args: NodeAction & { output?: Json }) {
    const output = args.output ?? null;
    return this.act(caller, args.runId, {
      type: 'nodeSkipRequested',
      nodeKey: args.nodeKey,
      output,
      ...by(caller, args.reason),
    });
  }

  cancelNode(caller: Caller, { runId, nodeKey, reason }: NodeAction) {
    return this.act(caller, runId, { type: 'nodeCancelRequested', nodeKey, ...by(caller, reason) });
  }

  markNode(caller: Caller, args: MarkAction) {
    return this.act(caller, args.runId, {
      type: 'nodeMarkRequested',
      nodeKey: args.nodeKey,
      outcome: outcomeOf(args),
      ...by(caller, args.reason),
    });
  }

  retryItem(caller: Caller, { runId, nodeKey, index, reason }: NodeAction & { index: number }) {
    return this.act(caller, runId, {
      type: 'itemRetryRequested',
      nodeKey,
      index,
      ...by(caller, reason),
    });
  }

  /** Sends an event to a run that the caller may act on. @throws {HeddleError} why it was refused. */
  async act(caller: Caller, id: string, event: EventBody): Promise<RunDto> {
    const run = await this.runs.require(caller, id);
    await this.send(run.id, event);
    return this.runs.reload(run.id);
  }

  /** The same without asking who. */
  async send(runId: string, event: EventBody): Promise<void> {
    const refusal = await this.pipeline.event(runId, event);
    if (refusal) throw toError(refusal, runId);
  }
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

function outcomeOf({ outcome, output, message }: MarkAction): MarkOutcome {
  switch (outcome) {
    case 'succeeded':
      return { state: 'succeeded', output: output ?? null };
    case 'failed':
      return { state: 'failed', message: checkText(message || 'Marked as failed.', '/message') };
    case 'skipped':
      return { state: 'skipped' };
    default:
      return assertNever(outcome);
  }
}

/** Epoch milliseconds of the end of a hold; null: none. @throws {BadInputError} when it has passed. */
export function untilOf(until: Date | null | undefined): number | null {
  if (!until) return null;
  if (until.getTime() <= Date.now())
    throw new BadInputError(`The hold would have ended at ${until.toISOString()} already.`, {
      path: '/until',
    });
  return until.getTime();
}

/** Who does something and why, as stored. @throws {BadInputError} when the reason is too long. */
export function by(
  caller: Caller,
  reason: string | null | undefined,
): { actor: ActorRef; reason: string | null } {
  const { userId, name } = caller.known;
  const actor = { id: `user:${userId}`, name };
  return { actor, reason: reason ? checkText(reason, '/reason') : null };
}

function checkText(text: string, path: string): string {
  if (text.length > REASON_LENGTH_MAX)
    throw new BadInputError(`This text has at most ${REASON_LENGTH_MAX} characters.`, { path });
  return text;
}
