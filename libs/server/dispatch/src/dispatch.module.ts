import { Module } from '@nestjs/common';
import { LogsModule } from '@heddle/server-logs';
import { DispatchService } from './dispatch.service.js';
import { LeaseService } from './lease.service.js';
import { WorkerFeed } from './worker-feed.js';
import { WORKER_DOOR } from './worker-port.js';
import { WorkersResolver } from './workers.resolver.js';
import { WorkersService } from './workers.service.js';

/** Workers and who does what. */
@Module({
  imports: [LogsModule],
  providers: [
    DispatchService,
    LeaseService,
    WorkerFeed,
    WorkersService,
    WorkersResolver,
    { provide: WORKER_DOOR, useExisting: DispatchService },
  ],
  exports: [DispatchService, LeaseService, WorkerFeed, WORKER_DOOR],
})
export class DispatchModule {}
