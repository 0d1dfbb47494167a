export { decodeCursor, encodeCursor, pageSize } from './cursor.js';
export { toWorkflow, type WorkflowDto } from './workflows.dto.js';
export { WorkflowsModule } from './workflows.module.js';
export { GraphInvalidError, WorkflowsService } from './workflows.service.js';
