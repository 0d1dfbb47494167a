import { Inject, Injectable } from '@nestjs/common';
import type { Caller, Identity } from '@heddle/server-access';
import { checkInput } from '@heddle/graph';
import { HeddleError, parseId, type Json } from '@heddle/kernel';
import { decodeCursor, encodeCursor, pageSize } from '@heddle/server-workflows';
import { RunReader, type StoredNodeRun } from '@heddle/store';
import { RunActionsService, by } from './run-actions.service.js';
import { toRun, type RunDto } from './runs.dto.js';
import { RunsService } from './runs.service.js';

/** Waiting approvals are read and counted to here. */
const APPROVALS_MAX = 1_000;

/** Who asks: for what they may decide. */
interface Person {
  email: string;
  isOperator: boolean;
}

/** Node runs that wait for a person's decision. */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly runs: RunsService,
    private readonly actions: RunActionsService,
    @Inject(RunReader) private readonly reader: RunReader,
  ) {}

  async list(
    caller: Caller,
    args: {
      namespace: string;
      onlyMine?: boolean | null;
      first?: number | null;
      after?: string | null;
    },
  ) {
    const { id: namespaceId } = caller.inNamed(args.namespace);
    const limit = pageSize(args.first);
    const after = args.after
      ? decodeCursor<{ runId: string; nodeKey: string }>(args.after, ['runId', 'nodeKey'])
      : null;
    if (after) parseId('run', after.runId);
    const person = personOf(caller.known, namespaceId);
    const waiting = await this.reader.approvals(namespaceId, null, APPROVALS_MAX);
    const wanted = args.onlyMine
      ? waiting.filter(({ node }) => mayDecide(person, node) && isNamed(person, node))
      : waiting;
    const rest = after ? wanted.filter((entry) => isAfter(entry, after)) : wanted;
    const page = rest.slice(0, limit);
    const runs = new Map(
      (await this.reader.findMany(page.map(({ runId }) => runId))).map((run) => [run.id, run]),
    );
    const last = page.at(-1);
    return {
      nodes: page.map(({ runId, node }) => ({
        ...toApproval(person, node),
        run: toRun(runs.get(runId)!),
      })),
      totalCount: wanted.length,
      endCursor:
        rest.length > limit && last
          ? encodeCursor({ runId: last.runId, nodeKey: last.node.key })
          : null,
    };
  }

  /** What a node run asks of people; null when it asks nothing. */
  of(identity: Identity, namespaceId: string, node: StoredNodeRun | null) {
    if (node?.waitingFor !== 'approval' || !node.prompt) return null;
    return toApproval(personOf(identity, namespaceId), node);
  }

  async decide(
    caller: Caller,
    args: {
      runId: string;
      nodeKey: string;
      decision: 'approved' | 'rejected';
      values?: Json;
      comment?: string | null;
    },
  ): Promise<RunDto> {
    const run = await this.runs.require(caller, args.runId);
    const [node] = await this.reader.nodesWhole(run.id, [args.nodeKey]);
    const values = args.values ?? null;
    if (node?.waitingFor === 'approval' && node.prompt) {
      if (!mayDecide(personOf(caller.known, run.namespaceId), node))
        throw new HeddleError(
          'FORBIDDEN',
          `Only ${node.prompt.assignees.join(', ')} may decide this.`,
        );
      if (args.decision === 'approved') requireValues(node.prompt.form, values);
    }
    return this.actions.act(caller, run.id, {
      type: 'approvalDecided',
      nodeKey: args.nodeKey,
      decision: args.decision,
      values,
      ...by(caller, args.comment),
    });
  }
}

function requireValues(form: Json, values: Json): void {
  if (form === null) return;
  const problems = checkInput(form as Parameters<typeof checkInput>[0], values);
  if (problems.length === 0) return;
  throw new HeddleError('VALIDATION_FAILED', `The form is not filled in: ${problems[0]!.message}`, {
    problems: problems.map(({ code, message, severity, path = '' }) => ({
      code,
      message,
      severity,
      path,
    })),
  });
}

function personOf(identity: Identity, namespaceId: string): Person {
  const role = identity.roles.find(({ id }) => id === namespaceId)?.role;
  return {
    email: identity.email.toLowerCase(),
    isOperator: role !== undefined && role !== 'VIEWER',
  };
}

function mayDecide({ email, isOperator }: Person, node: StoredNodeRun): boolean {
  const assignees = node.prompt?.assignees ?? [];
  return isOperator && (assignees.length === 0 || assignees.some((a) => a.toLowerCase() === email));
}

function isNamed({ email }: Person, node: StoredNodeRun): boolean {
  const assignees = node.prompt?.assignees ?? [];
  return assignees.length === 0 || assignees.some((a) => a.toLowerCase() === email);
}

function isAfter(
  { runId, node }: { runId: string; node: StoredNodeRun },
  after: { runId: string; nodeKey: string },
): boolean {
  return Number(runId) > Number(after.runId) || (runId === after.runId && node.key > after.nodeKey);
}

function toApproval(person: Person, node: StoredNodeRun) {
  const { title, description, form, assignees } = node.prompt!;
  return {
    nodeKey: node.key,
    title,
    description,
    form,
    assignees,
    requestedAt: new Date(node.startedAt ?? 0),
    expiresAt: node.dueAt === null ? null : new Date(node.dueAt),
    canDecide: mayDecide(person, node),
  };
}
