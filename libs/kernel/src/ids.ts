import { BadInputError } from './errors.js';

/** A string that names one kind of row; ids of two kinds do not mix. */
export type Id<Kind extends string> = string & { readonly __kind?: Kind };

/** Names a namespace. */
export type NamespaceId = Id<'namespace'>;
/** Names a person. */
export type UserId = Id<'user'>;
/** Names a workflow. */
export type WorkflowId = Id<'workflow'>;
/** Names a run. */
export type RunId = Id<'run'>;
/** Names a task. */
export type TaskId = Id<'task'>;
/** Names a connection of a worker. */
export type WorkerId = Id<'worker'>;

const ID = /^[1-9]\d{0,15}$/;

/**
 * Checks an id that came from outside. Rows have positive `bigint` keys below 2^53, written in decimal.
 * @throws {BadInputError} for anything else.
 */
export function parseId<Kind extends string>(kind: Kind, text: string): Id<Kind> {
  if (!ID.test(text)) throw new BadInputError(`"${text.slice(0, 40)}" is not a ${kind} id.`);
  return text as Id<Kind>;
}
