export * from './database.js';
export * from './entities/access.entity.js';
export * from './entities/log.entity.js';
export * from './entities/run.entity.js';
export * from './entities/worker.entity.js';
export * from './entities/workflow.entity.js';
