/**
 * What an expression may read: one value per variable. Values are plain JSON, but `nodes` may hold
 * only the nodes that {@link nodeReferences} names, so that a large run need not be copied.
 */
export type Scope = Readonly<Record<string, unknown>>;

/**
 * A set of variables that expressions of one kind may use; each kind has one type-checking
 * environment.
 */
export interface ScopeShape {
  /** Variable names, with the text shown in the editor. */
  variables: Readonly<Record<string, string>>;
  /**
   * Fields below a variable (`'run'`) or below each of its members (`'nodes.*'`); a variable
   * without an entry is any JSON.
   */
  fields: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const RUN_FIELDS = {
  id: 'Id of the run.',
  workflow: 'Name of the workflow.',
  version: 'Number of the workflow version.',
  namespace: 'Name of the namespace.',
  createdAt: 'When the run was created: RFC 3339, UTC.',
  startedAt: 'When the run started: RFC 3339, UTC.',
};

const NODE_FIELDS = {
  output: 'What the node returned; null unless it succeeded or was skipped with an output.',
  status: 'State of the node: succeeded, failed, skipped, …',
  error: 'Code, message and details of the last failed attempt, or null.',
  attempts: 'Number of attempts so far.',
};

const ERROR_FIELDS = {
  code: 'Upper-case name of the error.',
  message: 'Text of the error.',
  details: 'Facts from the job, or null.',
};

/** Scope of parameters, edge conditions, decision cases and the run's output. */
export const RUN_SCOPE: ScopeShape = {
  variables: {
    input: 'Input of the run.',
    context: 'Shared values that jobs append to.',
    nodes: 'Nodes before this one, by key.',
    run: 'Facts about this run.',
    trigger: 'What started the run.',
  },
  fields: {
    run: RUN_FIELDS,
    trigger: { kind: 'manual, api, rerun, …', actor: 'Who started the run.' },
    'nodes.*': NODE_FIELDS,
  },
};

/** Scope of a retry policy's `retryOn`. */
export const RETRY_SCOPE: ScopeShape = {
  variables: {
    error: 'Error of the failed attempt.',
    attempt: 'Number of the failed attempt, from 1.',
  },
  fields: { error: ERROR_FIELDS },
};

/** Scope of an http node's `successWhen`. */
export const HTTP_RESULT_SCOPE: ScopeShape = {
  variables: {
    status: 'HTTP status code.',
    headers: 'Response headers by lower-case name.',
    body: 'Response body: parsed JSON, or text.',
  },
  fields: {},
};
