import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { BadInputError, messageOf, type Json } from '@heddle/kernel';
import { correlationOf, type ActorRef } from '@heddle/engine';
import type { Caller } from '@heddle/server-access';
import { SignalStore, type StoredSignalRow } from '@heddle/store';
import type { EventBody } from './pipeline/inbox.js';
import { PipelineService } from './pipeline/pipeline.service.js';
import { RunFeed, type CommittedStep } from './pipeline/run-feed.js';
import { by, RunActionsService } from './run-actions.service.js';
import type { RunDto } from './runs.dto.js';
import { RunsService } from './runs.service.js';

/** How long a signal waits for a run that wants it. */
const KEPT_MS = 7 * 24 * 3_600_000;
const NAME_LENGTH_MAX = 200;
/** Runs that are tried for one signal, and signals for one wait: each may have found another partner meanwhile. */
const TRIES_MAX = 20;
/** How often signals are looked for that were left behind. */
const POLL_MS = 5_000;
const WANTED_MAX = 100;

export interface SignalArgs {
  namespace: string;
  name: string;
  key?: string | null;
  payload?: Json;
  runId?: string | null;
}

/**
 * Signals addressed to whichever run waits for them. A signal is stored before waiting runs are looked for, and a wait before
 * stored signals are: so at least one of the two sees the other. Whoever delivers it removes it in the same transaction.
 */
@Injectable()
export class SignalsService implements OnApplicationBootstrap, OnApplicationShutdown {
  #poll: NodeJS.Timeout | null = null;
  readonly #log = new Logger(SignalsService.name);

  constructor(
    private readonly runs: RunsService,
    private readonly actions: RunActionsService,
    private readonly pipeline: PipelineService,
    @Inject(SignalStore) private readonly signals: SignalStore,
    feed: RunFeed,
  ) {
    feed.listen((steps) => this.#onSteps(steps));
  }

  onApplicationBootstrap(): void {
    this.#poll = setInterval(() => void this.#deliverWanted(), POLL_MS);
  }

  onApplicationShutdown(): void {
    if (this.#poll) clearInterval(this.#poll);
  }

  /** The net under the two look-ups: a server may have been stopped between storing and delivering. */
  async #deliverWanted(): Promise<void> {
    try {
      for (const { runId, ...signal } of await this.signals.wanted(WANTED_MAX))
        await this.#deliver(runId, signal, signal.actor);
    } catch (error) {
      this.#log.debug(`Kept signals could not be delivered: ${messageOf(error)}`);
    }
  }

  async send(caller: Caller, args: SignalArgs): Promise<{ run: RunDto | null }> {
    const { id: namespaceId } = caller.inNamed(args.namespace);
    const { name, payload = null } = args;
    const key = args.key ?? null;
    checkName(name, key);
    const { actor } = by(caller, null);
    if (args.runId) {
      const event = { type: 'signalReceived', name, key, payload, signalId: null, actor } as const;
      return { run: await this.actions.act(caller, args.runId, event) };
    }
    const signal = await this.signals.add({ namespaceId, name, key, payload, actor }, KEPT_MS);
    const correlation = correlationOf(name, key);
    for (const { runId } of await this.signals.waiting(namespaceId, correlation, TRIES_MAX))
      if (await this.#deliver(runId, signal, actor)) return { run: await this.runs.reload(runId) };
    return { run: null };
  }

  /** @returns false when the run did not take it: its wait is over, or somebody else was first. */
  async #deliver(runId: string, signal: StoredSignalRow, actor: ActorRef): Promise<boolean> {
    const { id: signalId, name, key, payload } = signal;
    const event: EventBody = { type: 'signalReceived', name, key, payload, signalId, actor };
    return (await this.pipeline.event(runId, event)) === null;
  }

  /** Nodes that began to wait may find a signal that came before. */
  #onSteps(steps: readonly CommittedStep[]): void {
    for (const { runId, namespaceId, nodes } of steps)
      for (const { waitingFor, correlation } of nodes.values())
        if (waitingFor === 'signal' && correlation !== null)
          this.#find(runId, namespaceId, correlation).catch((error: unknown) =>
            this.#log.warn(`Kept signals could not be looked for: ${messageOf(error)}`),
          );
  }

  async #find(runId: string, namespaceId: string, correlation: string): Promise<void> {
    const slash = correlation.indexOf('/');
    const name = slash < 0 ? correlation : correlation.slice(0, slash);
    const key = slash < 0 ? null : correlation.slice(slash + 1);
    for (const signal of await this.signals.matching(namespaceId, { name, key }, TRIES_MAX))
      if (await this.#deliver(runId, signal, signal.actor)) return;
  }
}

function checkName(name: string, key: string | null): void {
  if (!/^[^/\u0000]+$/.test(name) || name.length > NAME_LENGTH_MAX)
    throw new BadInputError(
      `The name of a signal has 1 to ${NAME_LENGTH_MAX} characters and no slash.`,
      { path: '/name' },
    );
  if (key !== null && (key.length > NAME_LENGTH_MAX || key.includes('\u0000')))
    throw new BadInputError(`The key of a signal has at most ${NAME_LENGTH_MAX} characters.`, {
      path: '/key',
    });
}
