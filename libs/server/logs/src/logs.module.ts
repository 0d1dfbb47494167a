import { Module } from '@nestjs/common';
import { LogFeed } from './log-feed.js';
import { LogPartitionsService } from './log-partitions.service.js';
import { LogService } from './log.service.js';

/** Task logs: in, kept, out. Pages are read by the runs feature, which knows who may see a run. */
@Module({ providers: [LogService, LogFeed, LogPartitionsService], exports: [LogService, LogFeed] })
export class LogsModule {}
