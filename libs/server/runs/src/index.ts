export { catchUpDelta, toRunDelta } from './pipeline/deltas.js';
export { NoticeFeed, type Notice } from './notice-feed.js';
export { WaitService } from './wait.service.js';
export { PipelineService } from './pipeline/pipeline.service.js';
export { RunFeed, type CommittedStep } from './pipeline/run-feed.js';
export { levelName } from './runs.dto.js';
export { RunsModule } from './runs.module.js';
export { RunsService } from './runs.service.js';
