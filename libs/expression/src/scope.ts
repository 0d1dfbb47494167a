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
   * Fields below a variable (`'run'`), below each of its members (`'nodes.*'`), or below a field of
   * those (`'nodes.*.items'`); what has no entry is any JSON.
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
  index:
    'Number of this item or iteration, from 0; null unless a node of another run started this run.',
  label: 'Label of this item; null when it has none.',
};

const NODE_FIELDS = {
  output: 'What the node returned; null unless it succeeded or was skipped with an output.',
  status: 'State of the node: succeeded, failed, skipped, …',
  error: 'Code, message and details of the last failed attempt, or null.',
  attempts: 'Number of attempts so far.',
  items: 'Counts of its child runs: total, succeeded, failed, canceled; null when it has none.',
};

const ITEMS_FIELDS = {
  total: 'Number of items; of a loop, iterations that were started.',
  succeeded: 'Number of items that succeeded.',
  failed: 'Number of items that failed.',
  canceled: 'Number of items that were canceled.',
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
    trigger: { kind: 'manual, api, rerun, parent, …', actor: 'Who started the run.' },
    'nodes.*': NODE_FIELDS,
    'nodes.*.items': ITEMS_FIELDS,
  },
};

/** A shape with further variables. */
function extended(
  variables: Readonly<Record<string, string>>,
  fields: ScopeShape['fields'] = {},
): ScopeShape {
  return {
    variables: { ...RUN_SCOPE.variables, ...variables },
    fields: { ...RUN_SCOPE.fields, ...fields },
  };
}

const ITEM = {
  item: 'Element of the list.',
  index: 'Its place in the list, from 0.',
};

/** Scope of what a `forEach` renders when it starts an item: its input and its label. */
export const ITEM_SCOPE: ScopeShape = extended(ITEM);

/** Scope of what a `forEach` collects of an item that succeeded. */
export const ITEM_OUTPUT_SCOPE: ScopeShape = extended({ ...ITEM, output: 'Output of the item.' });

/** Scope of the condition that a `forEach` evaluates after each item. */
export const ITEM_RESULT_SCOPE: ScopeShape = extended(
  {
    ...ITEM,
    output: 'Output of the item; null unless it succeeded.',
    error: 'Error of the item, or null.',
    status: 'How the item ended: succeeded, failed or canceled.',
    succeeded: 'Number of items that have succeeded so far.',
    failed: 'Number of items that have failed so far.',
  },
  { error: ERROR_FIELDS },
);

/** Scope of the input of a `loop`'s iterations. */
export const ITERATION_SCOPE: ScopeShape = extended({
  index: 'Number of the iteration, from 0.',
  previous: 'Output of the iteration before; null at first.',
});

/** Scope of the condition that a `loop` evaluates after each iteration. */
export const ITERATION_RESULT_SCOPE: ScopeShape = extended({
  index: 'Number of the iteration, from 0.',
  output: 'Output of the iteration.',
  previous: 'Output of the iteration before; null at first.',
});

/** Every variable that an expression which reads nodes may use, wherever it stands. */
export const ANY_RUN_SCOPE: ScopeShape = extended({
  ...ITEM_RESULT_SCOPE.variables,
  ...ITERATION_RESULT_SCOPE.variables,
});

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
