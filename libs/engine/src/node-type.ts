import type { Json, JsonObject, JsonSchema, Problem } from '@heddle/kernel';
import type { ScopeShape } from '@heddle/expression';
import type { GraphNode } from '@heddle/graph';
import type { ChildGraph } from './event.js';
import type { ApprovalPrompt } from './state.js';

/**
 * What the engine, the editor and the server know of a node type. Pure: no I/O, no clock.
 * The registry (a value of type {@link NodeRegistry}) is handed to the engine; adding a type
 * touches one folder of `libs/nodes`.
 */
export interface NodeType {
  type: string;
  /** Group in the palette. */
  group: 'work' | 'control';
  /**
   * JSON Schema of `config`; the editor's form is generated from it, `title` and `description`
   * included.
   */
  configSchema: JsonSchema;
  /** Config of a freshly dropped node. */
  initialConfig: JsonObject;
  /**
   * Pointers into `config` whose strings are bare CEL expressions (not templates), `{index}`
   * standing for any index, e.g. `/cases/{index}/when`.
   */
  expressionPaths: readonly string[];
  /**
   * Config keys whose expressions see more than the run does (`item`, `index`, …), with what they
   * see. All others see the scope of the run.
   */
  scopes?: Readonly<Record<string, ScopeShape>>;
  /** Config keys that hold no expressions of this graph, whatever their strings look like. */
  plainKeys?: readonly string[];
  /**
   * Ports that edges may leave from, in drawing order. `failure` is absent where a type cannot
   * fail.
   */
  ports(config: JsonObject): PortDefinition[];
  /**
   * What else is wrong with a node beside its schema and expressions. Paths start with `/config`.
   */
  check?(node: GraphNode): Problem[];
  /**
   * Decides what the node does once its join is satisfied. Total: a bad value is `{ kind: 'fail'
   * }`, never a throw.
   */
  plan(node: GraphNode, evaluate: NodeEvaluator): Plan;
  /** Whether an operator may retry it with an edited input (its `plan` yields a task). */
  hasEditableInput: boolean;
  /** Whether it may undo another node's work. Absent: exactly when `hasEditableInput`. */
  canUndo?: boolean;
  /**
   * Where the task goes, without rendering its input; needed for edited inputs, so present exactly
   * when `hasEditableInput`.
   */
  route?(config: JsonObject): { group: string; executor: string; priority?: number };
  /**
   * True when at most one of the type's own ports is live at a time. Absent: any number may be.
   * Used by the save-time checks only.
   */
  hasExclusivePorts?(config: JsonObject): boolean;
  /**
   * How it runs child runs; present exactly when its `plan` may yield `children`. Follows from the
   * config alone, so it is the same after a restart.
   */
  children?(config: JsonObject): ChildrenRule;
  /** What it means that nobody answered in time. Present when its plan may set `expiresMs`. */
  expiry?(config: JsonObject): ExpiryRule;
}

/** What a node whose signal or decision did not come in time does. */
export type ExpiryRule = 'fail' | 'succeed' | 'approve' | 'reject';

/**
 * How a node runs its child runs. Its expressions stand at fixed places of its config:
 * `/config/itemInput`, `/config/label`, `/config/stopWhen`, `/config/collect` of `each`;
 * `/config/input`, `/config/until` of `loop`.
 */
export type ChildrenRule =
  /** One child run with the node's input; its end is the node's end. */
  | { kind: 'one'; graph: ChildGraph }
  /** One child run for each element of the node's input, a list; outputs in its order. */
  | {
      kind: 'each';
      graph: ChildGraph;
      /** Child runs at a time. */
      concurrency: number;
      /** Items that may fail or be canceled without failing the node. */
      tolerate: { count: number } | { share: number };
      /** What becomes of running items once more have failed than that. */
      onExceeded: 'cancel' | 'finish';
    }
  /** One child run after the other until `/config/until` holds. */
  | {
      kind: 'loop';
      graph: ChildGraph;
      iterationsMax: number;
      /** Pause between two iterations, in milliseconds. */
      delayMs: number;
      onExhausted: 'fail' | 'succeed';
    };

/** A place on a node from which edges may leave. */
export interface PortDefinition {
  name: string;
  /** Label when it differs from the name (a decision's case). */
  label?: string;
}

/**
 * Evaluates parts of the node's config in the run's scope. Throws `ExpressionError`; the engine
 * turns that into a failure.
 */
export interface NodeEvaluator {
  /**
   * Renders the template at a pointer of the node (`/config/input`); undefined when absent there.
   */
  template(path: string): Json | undefined;
  /** Evaluates the bare expression at a pointer of the node. */
  expression(path: string): Json;
  /** Milliseconds since the epoch, from the event. */
  now: number;
}

/** What a node does when it starts. */
export type Plan =
  /**
   * Hand `input` to a worker of `group` that offers `executor`. `priority` 0 (last) to 9 (first), 5
   * when absent.
   */
  | { kind: 'task'; group: string; executor: string; input: Json; priority?: number }
  /** Succeed at once. `ports`: the live named ports beside `success` and `always`. */
  | { kind: 'complete'; output: Json; ports?: string[]; contextAppend?: JsonObject }
  | { kind: 'fail'; error: NodeError }
  /** Hold no slot until the instant (epoch milliseconds), then succeed with `output`. */
  | { kind: 'wait'; until: number; output: Json }
  /**
   * Start child runs as {@link NodeType.children} says. `input`: of the child run (`one`), the list
   * (`each`), null (`loop`: rendered for each iteration).
   */
  | { kind: 'children'; input: Json }
  /** Hold no slot until the signal comes; its payload is the output. `expiresMs` null: no end. */
  | { kind: 'signal'; name: string; key: string | null; expiresMs: number | null }
  /** Hold no slot until a person decides. */
  | { kind: 'approval'; prompt: ApprovalPrompt; expiresMs: number | null }
  /** End the whole run here; what still runs is canceled. */
  | { kind: 'endRun'; outcome: 'succeeded'; output: Json }
  | { kind: 'endRun'; outcome: 'failed'; error: NodeError };

/** Why an attempt or a run failed: data, shown to people and read by `error.*` in expressions. */
export interface NodeError {
  /**
   * Upper-case name: `TIMEOUT`, `WORKER_LOST`, `EXPRESSION_FAILED`, `CANCELED`, or the job's own.
   */
  code: string;
  message: string;
  /** Facts from the job: JSON, at most 16 KB. */
  details?: Json;
  /** Stack of the job's exception, for the side panel only. */
  stack?: string;
  /** True: never retried automatically, whatever the policy says. */
  isFinal?: boolean;
}

/** All node types by name. */
export type NodeRegistry = Readonly<Record<string, NodeType>>;
