import type { NodeType } from '@heddle/engine';
import type { GraphNode } from '@heddle/graph';
import { messageOf, type JsonObject, type Problem } from '@heddle/kernel';
import { durationField, jsonTemplateField } from '../fields.js';
import { commonPorts } from '../ports.js';

/** Worker group and executor under which servers themselves carry out scripts. */
export const SCRIPT_ROUTE = { group: 'heddle', executor: 'heddle.script' } as const;

/** Bounds of a script; whoever carries it out enforces them. Lengths in characters. */
export const SCRIPT_LIMITS = {
  codeLengthMax: 65_536,
  timeoutMsMax: 60_000,
  timeoutMsDefault: 5_000,
  memoryMbMin: 4,
  memoryMbMax: 128,
  memoryMbDefault: 32,
} as const;

/**
 * Runs JavaScript in a sandbox: the body of an async function of `input`, whose return value is the
 * output. Plans a task for the executor `heddle.script` with the input `{ code, input, timeoutMs,
 * memoryMb }`. The code is no template: `${{ … }}` belongs into the input.
 */
export const script: NodeType = {
  type: 'script',
  group: 'work',
  configSchema: {
    type: 'object',
    properties: {
      code: {
        type: 'string',
        format: 'javascript',
        title: 'Code',
        description:
          'Body of an async JavaScript function: reads input, returns the output, writes log lines with console. It has no network and no files.',
        minLength: 1,
        maxLength: SCRIPT_LIMITS.codeLengthMax,
      },
      input: jsonTemplateField('Input', 'What the code sees as input. Strings may hold ${{ … }}.'),
      timeoutMs: {
        ...durationField('Timeout', 'Longest time that the code may take.'),
        minimum: 1,
        maximum: SCRIPT_LIMITS.timeoutMsMax,
        default: SCRIPT_LIMITS.timeoutMsDefault,
      },
      memoryMb: {
        type: 'integer',
        title: 'Memory',
        description: 'Most memory that the code may use, in megabytes.',
        minimum: SCRIPT_LIMITS.memoryMbMin,
        maximum: SCRIPT_LIMITS.memoryMbMax,
        default: SCRIPT_LIMITS.memoryMbDefault,
      },
    },
    required: ['code'],
    additionalProperties: false,
  },
  initialConfig: { code: 'return input;', input: '${{ input }}' },
  expressionPaths: [],
  plainKeys: ['code'],
  ports: commonPorts,
  hasEditableInput: true,
  route: () => SCRIPT_ROUTE,
  check: syntaxProblems,
  plan(node, evaluate) {
    const { code, timeoutMs, memoryMb } = node.config;
    const input: JsonObject = {
      code: code as string,
      input: evaluate.template('/config/input') ?? null,
      timeoutMs: (timeoutMs as number | undefined) ?? SCRIPT_LIMITS.timeoutMsDefault,
      memoryMb: (memoryMb as number | undefined) ?? SCRIPT_LIMITS.memoryMbDefault,
    };
    return { kind: 'task', ...SCRIPT_ROUTE, input };
  },
};

/** Parses and never runs: a constructor of functions that looks at its text only. */
const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (
  parameter: string,
  body: string,
) => unknown;

/**
 * A mistake of syntax, by the engine that this very code runs in. A browser with a strict content
 * policy compiles no text, so there the server is the one who says it.
 */
function syntaxProblems(node: GraphNode): Problem[] {
  const { code } = node.config;
  if (typeof code !== 'string' || Reflect.has(globalThis, 'document')) return [];
  try {
    new AsyncFunction('input', code);
    return [];
  } catch (error) {
    if ((error as Error).name === 'EvalError') return [];
    const message = `This is not JavaScript: ${messageOf(error)}.`;
    return [{ code: 'SCRIPT_SYNTAX', message, severity: 'error', path: '/config/code' }];
  }
}
