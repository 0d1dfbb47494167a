import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { BadInputError, HeddleError, messageOf, parseId, type Json } from '@heddle/kernel';
import type { Caller } from '@heddle/server-access';
import { BulkStore, RUN_COUNT_MAX, RunReader, type BulkOperationEntity } from '@heddle/store';
import { NoticeFeed } from '../notice-feed.js';
import { by } from '../run-actions.service.js';
import { toRun } from '../runs.dto.js';
import { toQuery, type RunFilterInput } from '../runs.service.js';
import { APPLICABLE, BulkActions, type BulkAction } from './bulk-actions.js';

/** Runs worked on between two notes of progress. */
const CHUNK = 20;
/** How often a server looks for operations that nobody works on. */
const POLL_MS = 2_000;
/** An operation without progress for so long has lost its server. */
const ABANDONED_MS = 30_000;
const SAMPLE = 5;
const LIST_MAX = 100;

export interface BulkInput {
  namespace: string;
  action: BulkAction;
  filter: RunFilterInput;
  nodeKey?: string | null;
  nodeStates?: string[] | null;
  output?: Json;
}

/** Actions on all runs that match a query. */
@Injectable()
export class BulkService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger(BulkService.name);
  #poll: NodeJS.Timeout | null = null;
  #isStopping = false;
  #working: Promise<void> | null = null;

  constructor(
    private readonly actions: BulkActions,
    private readonly notices: NoticeFeed,
    @Inject(BulkStore) private readonly store: BulkStore,
    @Inject(RunReader) private readonly reader: RunReader,
  ) {}

  onApplicationBootstrap(): void {
    this.#poll = setInterval(() => this.#wake(), POLL_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    if (this.#poll) clearInterval(this.#poll);
    await this.#working;
  }

  async preview(caller: Caller, input: BulkInput) {
    const { id } = caller.inNamed(input.namespace);
    checkInput(input);
    const all = toQuery(id, input.filter);
    const applicable = applicableTo(input, id);
    const [count, applicableCount, sample] = await Promise.all([
      this.reader.count(all),
      this.reader.count(applicable),
      this.reader.list(applicable, null, SAMPLE),
    ]);
    return { count, sample: sample.map(toRun), notApplicableCount: count - applicableCount };
  }

  async start(caller: Caller, input: BulkInput, reason: string | null | undefined) {
    const { id: namespaceId } = caller.inNamed(input.namespace);
    checkInput(input);
    const runIds = await this.reader.listIds(applicableTo(input, namespaceId), RUN_COUNT_MAX);
    const { nodeKey = null, nodeStates = null, output = null } = input;
    const operation = await this.store.add({
      namespaceId,
      action: input.action,
      parameters: { nodeKey, nodeStates, output },
      ...by(caller, reason),
      // Oldest first: their failures came first.
      runIds: runIds.reverse(),
    });
    this.#wake();
    return toBulk(operation);
  }

  async cancel(caller: Caller, id: string) {
    const operation = await this.#require(caller, id);
    if (!(await this.store.cancel(operation.id)))
      throw new HeddleError('ILLEGAL_ACTION', `This bulk action is ${operation.state} already.`);
    this.notices.publish({ kind: 'bulkChanged', namespaceId: operation.namespaceId, id });
    return toBulk((await this.store.find(operation.id))!);
  }

  async list(caller: Caller, namespace: string, first: number) {
    const { id } = caller.inNamed(namespace);
    return (await this.store.list(id, Math.min(Math.max(1, first), LIST_MAX))).map(toBulk);
  }

  async find(caller: Caller, id: string) {
    const operation = await this.store.find(parseId('bulk action', id));
    const isVisible = caller.known.roles.some((role) => role.id === operation?.namespaceId);
    if (!operation || !isVisible) return caller.nothingFound();
    caller.in(operation.namespaceId, { kind: 'bulk action', id });
    return toBulk(operation);
  }

  async #require(caller: Caller, id: string): Promise<BulkOperationEntity> {
    const operation = await this.store.find(parseId('bulk action', id));
    if (!operation) return caller.notFound('bulk action', id);
    caller.in(operation.namespaceId, { kind: 'bulk action', id });
    return operation;
  }

  // ---- work ----

  #wake(): void {
    if (this.#isStopping) return;
    this.#working ??= this.#work()
      .catch((error: unknown) => this.#log.warn(`Bulk actions stopped: ${messageOf(error)}`))
      .finally(() => (this.#working = null));
  }

  async #work(): Promise<void> {
    while (!this.#isStopping) {
      const operation = await this.store.claim(new Date(Date.now() - ABANDONED_MS));
      if (!operation) return;
      await this.#carryOut(operation);
    }
  }

  async #carryOut(operation: BulkOperationEntity): Promise<void> {
    const { id, namespaceId, runIds } = operation;
    for (let done = operation.doneCount; done < runIds.length && !this.#isStopping;) {
      const chunk = runIds.slice(done, done + CHUNK);
      const outcomes = await Promise.allSettled(
        chunk.map((runId) => this.actions.perform(operation, runId)),
      );
      const failures = outcomes.flatMap((outcome, i) =>
        outcome.status === 'rejected'
          ? [{ runId: chunk[i]!, message: messageOf(outcome.reason).slice(0, 500) }]
          : [],
      );
      done += chunk.length;
      const goesOn = await this.store.advance(id, { doneCount: done, failures });
      this.notices.publish({ kind: 'bulkChanged', namespaceId, id });
      if (!goesOn) return;
    }
  }
}

/** @throws {BadInputError} */
function checkInput({ action, nodeKey }: BulkInput): void {
  const needsNode = action.includes('_NODE');
  if (needsNode && !nodeKey)
    throw new BadInputError('Name the node that this is about.', { path: '/input/nodeKey' });
}

function applicableTo({ action, filter }: BulkInput, namespaceId: string) {
  const states = APPLICABLE[action];
  const query = toQuery(namespaceId, filter);
  if (!states) return query;
  const chosen = query.states ? query.states.filter((state) => states.includes(state)) : states;
  // No state is left: a query that finds nothing.
  return chosen.length > 0
    ? { ...query, states: chosen }
    : { ...query, states: [], id: '0', name: null };
}

function toBulk({ actor, runIds, ...operation }: BulkOperationEntity) {
  return { ...operation, by: actor.name, totalCount: runIds.length };
}
