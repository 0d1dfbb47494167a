import {
  ApiKeyEntity,
  MembershipEntity,
  NamespaceEntity,
  SessionEntity,
  SignInLinkEntity,
  UserEntity,
  WorkerTokenEntity,
} from './access.entity.js';
import { TaskLogDropEntity, TaskLogEntity } from './log.entity.js';
import {
  AttemptEntity,
  BulkOperationEntity,
  NodeRunEntity,
  PayloadEntity,
  RunEntity,
  RunHistoryEntity,
  SignalEntity,
  TaskEntity,
  TimerEntity,
} from './run.entity.js';
import { WorkerEntity } from './worker.entity.js';
import { GraphEntity, WorkflowEntity, WorkflowVersionEntity } from './workflow.entity.js';

/** Every table, for TypeORM. */
export const ENTITIES = [
  NamespaceEntity,
  UserEntity,
  MembershipEntity,
  SessionEntity,
  SignInLinkEntity,
  ApiKeyEntity,
  WorkerTokenEntity,
  WorkflowEntity,
  GraphEntity,
  WorkflowVersionEntity,
  RunEntity,
  NodeRunEntity,
  AttemptEntity,
  RunHistoryEntity,
  TaskEntity,
  TimerEntity,
  PayloadEntity,
  SignalEntity,
  BulkOperationEntity,
  WorkerEntity,
  TaskLogEntity,
  TaskLogDropEntity,
];
