import { Module } from '@nestjs/common';
import { DispatchModule } from '@heddle/server-dispatch';
import { LogsModule } from '@heddle/server-logs';
import { RunsModule } from '@heddle/server-runs';
import { LiveGateway } from './live.gateway.js';
import { LivePublisher } from './live.publisher.js';

/** The live channel of Studio and of everybody who watches. */
@Module({
  imports: [RunsModule, LogsModule, DispatchModule],
  providers: [LiveGateway, LivePublisher],
})
export class LiveModule {}
