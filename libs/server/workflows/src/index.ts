export { decodeCursor, encodeCursor, pageSize } from './cursor.js';
export { toWorkflow, type WorkflowDto } from './workflows.dto.js';
export { WorkflowsModule } from './workflows.module.js';
export { GraphInvalidError, WorkflowsService, type RunTarget } from './workflows.service.js';
