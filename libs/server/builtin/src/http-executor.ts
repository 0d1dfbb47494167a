import { Agent } from 'undici';
import { HTTP_ROUTE } from '@heddle/nodes';
import { AddressGuard, callHttp, parseHttpInput } from '@heddle/server-gateway-http';
import {
  failure,
  type BuiltInExecutor,
  type BuiltInOutcome,
  type BuiltInTask,
} from './executor.js';

/** Carries out `http` nodes. */
export class HttpExecutor implements BuiltInExecutor {
  readonly name = HTTP_ROUTE.executor;
  readonly description = 'Calls an HTTP endpoint.';
  readonly #agent: Agent;

  constructor(guard: AddressGuard) {
    this.#agent = new Agent({ connect: guard.connector() });
  }

  async run(task: BuiltInTask): Promise<BuiltInOutcome> {
    const input = parseHttpInput(task.input);
    if (typeof input === 'string') return failure('BAD_INPUT', input, true);
    const startedAt = Date.now();
    const { origin, pathname } = new URL(input.url);
    task.log('info', `${input.method} ${origin}${pathname}`);
    const result = await callHttp(input, this.#agent, task.signal);
    const took = `after ${Date.now() - startedAt} ms`;
    if (result.ok) task.log('info', `${result.status} ${took}`);
    else task.log('error', `${result.error.code} ${took}: ${result.error.message}`);
    return result;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}
