import type { NodeRegistry } from '@heddle/engine';
import { approval } from './approval/approval.js';
import { decision } from './decision/decision.js';
import { fail } from './fail/fail.js';
import { forEach } from './for-each/for-each.js';
import { http } from './http/http.js';
import { job } from './job/job.js';
import { loop } from './loop/loop.js';
import { notify } from './notify/notify.js';
import { script } from './script/script.js';
import { signal } from './signal/signal.js';
import { subworkflow } from './subworkflow/subworkflow.js';
import { succeed } from './succeed/succeed.js';
import { transform } from './transform/transform.js';
import { wait } from './wait/wait.js';

export { ITEMS_MAX } from './for-each/for-each.js';
export { ITERATIONS_MAX } from './loop/loop.js';
export { HTTP_ROUTE, HTTP_TIMEOUT_MS_DEFAULT } from './http/http.js';
export { NOTIFY_ROUTE, RECIPIENTS_MAX, type NotifyChannel } from './notify/notify.js';
export { SCRIPT_LIMITS, SCRIPT_ROUTE } from './script/script.js';

/**
 * Every node type, by name, in the order of the palette. Handed to the engine as a value; a new
 * type is one folder and one line here.
 */
export const NODE_TYPES = {
  job,
  http,
  script,
  notify,
  subworkflow,
  forEach,
  loop,
  decision,
  transform,
  wait,
  signal,
  approval,
  succeed,
  fail,
} as const satisfies NodeRegistry;

/**
 * Pointers below a node's config that hold bare expressions, for a type by name: what renaming a
 * node key needs to know.
 */
export function expressionPathsOf(type: string): readonly string[] {
  return Object.hasOwn(NODE_TYPES, type)
    ? ((NODE_TYPES as NodeRegistry)[type]?.expressionPaths ?? [])
    : [];
}
