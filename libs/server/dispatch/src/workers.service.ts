import { Inject, Injectable } from '@nestjs/common';
import { HeddleError, parseId } from '@heddle/kernel';
import type { Caller } from '@heddle/server-access';
import { WorkerStore, type WorkerView } from '@heddle/store';
import { DispatchService } from './dispatch.service.js';

/** Lists and drains workers. */
@Injectable()
export class WorkersService {
  constructor(
    @Inject(WorkerStore) private readonly workers: WorkerStore,
    private readonly dispatch: DispatchService,
  ) {}

  async list(caller: Caller, namespace: string) {
    return (await this.workers.list(caller.inNamed(namespace).id)).map(toDto);
  }

  async drain(caller: Caller, id: string) {
    const worker = await this.workers.find(parseId('worker', id));
    if (!worker?.namespaceId) return caller.notFound('worker', id);
    caller.in(worker.namespaceId, { kind: 'worker', id });
    if (worker.state === 'disconnected')
      throw new HeddleError(
        'ILLEGAL_ACTION',
        `Worker ${worker.name} is not connected, so it cannot be drained.`,
      );
    // The server that it is connected to, if that is another one, reads this with its next heartbeat.
    await this.workers.setState(worker.id, 'draining');
    this.dispatch.askToDrain(worker.id);
    return toDto({ ...worker, state: 'draining' });
  }
}

function toDto(worker: WorkerView) {
  return {
    ...worker,
    connectedAt: new Date(worker.connectedAt),
    lastSeenAt: new Date(worker.lastSeenAt),
  };
}
