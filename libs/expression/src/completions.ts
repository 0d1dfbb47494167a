import { environmentOf } from './expression.js';
import { RUN_SCOPE, type ScopeShape } from './scope.js';

/** One thing that may stand at the cursor. */
export interface Completion {
  /** Text to insert instead of the word at the cursor. */
  label: string;
  kind: 'variable' | 'field' | 'function' | 'method' | 'macro';
  /** Type, signature or the value in the sample. */
  detail: string;
  /** What it does, when known. */
  description: string | null;
}

/** What {@link completions} answers: the word it replaces and what may stand there. */
export interface CompletionList {
  /** Half-open range of the word at the cursor. */
  from: number;
  to: number;
  options: Completion[];
}

/** What the editor knows beside the text. */
export interface CompletionContext {
  /** Variables of the expression. Default: those of a run. */
  shape?: ScopeShape;
  /**
   * A scope of an earlier run or of samples (`{ input: {…}, nodes: { price: { output: {…} } } }`):
   * its keys are offered as fields.
   */
  sample?: unknown;
}

const OPTIONS_MAX = 200;
const METHOD_MACROS = ['all', 'exists', 'exists_one', 'filter', 'map'];
/** Functions of cel-js that make no sense in a workflow or are replaced by ours. */
const HIDDEN: ReadonlySet<string> = new Set(['cel', 'optional', 'google', 'dyn', 'type']);

const WORD = /[A-Za-z_]\w*$/;
const PATH_BEFORE_DOT =
  /((?:[A-Za-z_]\w*)(?:\s*\.\??\s*[A-Za-z_]\w*|\s*\[\s*(?:\d+|"[^"\\]*"|'[^'\\]*')\s*\])*)\s*\.\??\s*$/;

/**
 * What may stand at the cursor of a CEL expression: variables and functions, or the fields and
 * methods after a dot. Never throws.
 */
export function completions(
  source: string,
  cursor: number,
  { shape = RUN_SCOPE, sample }: CompletionContext = {},
): CompletionList {
  const before = source.slice(0, cursor);
  const word = WORD.exec(before)?.[0] ?? '';
  const head = before.slice(0, before.length - word.length);
  const path = PATH_BEFORE_DOT.exec(head.slice(-500))?.[1];
  const isMember = /\.\??\s*$/.test(head);
  const all = isMember
    ? [...fieldsOf(path, shape, sample), ...methods(shape)]
    : [...variables(shape), ...functions(shape)];
  const options = all.filter(({ label }) => label.toLowerCase().startsWith(word.toLowerCase()));
  return { from: cursor - word.length, to: cursor, options: options.slice(0, OPTIONS_MAX) };
}

function variables(shape: ScopeShape): Completion[] {
  return Object.entries(shape.variables).map(([label, description]) => ({
    label,
    kind: 'variable',
    detail: 'dyn',
    description,
  }));
}

function functions(shape: ScopeShape): Completion[] {
  const plain = definitions(shape).filter(
    ({ receiverType, name }) => !receiverType && !HIDDEN.has(name),
  );
  return unique(
    plain.map((found) => ({ ...toCompletion(found), kind: isMacro(found) ? 'macro' : 'function' })),
  );
}

function methods(shape: ScopeShape): Completion[] {
  const own = definitions(shape).filter(
    ({ receiverType }) => receiverType && !/Namespace/.test(receiverType),
  );
  return unique(
    own.map((found) => ({
      ...toCompletion(found),
      kind: METHOD_MACROS.includes(found.name) ? 'macro' : 'method',
    })),
  );
}

type Definition = ReturnType<
  ReturnType<typeof environmentOf>['getDefinitions']
>['functions'][number];

function definitions(shape: ScopeShape): Definition[] {
  return environmentOf(shape).getDefinitions().functions;
}

function isMacro({ signature }: Definition): boolean {
  return /\bast\b/.test(signature);
}

function toCompletion({ name, signature, description }: Definition) {
  return { label: name, detail: signature, description };
}

/** Overloads of one name become one entry. */
function unique(all: Completion[]): Completion[] {
  return [...new Map(all.map((option) => [option.label, option])).values()];
}

function fieldsOf(path: string | undefined, shape: ScopeShape, sample: unknown): Completion[] {
  if (path === undefined) return [];
  const keys = stepsOf(path);
  const known = knownFields(keys, shape);
  const value = lookUp(sample, keys);
  const sampled =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([label, item]) => field(label, excerpt(item), null))
      : [];
  const fixed = Object.entries(known).map(([label, text]) => field(label, 'field', text));
  // Keys that are no CEL names need brackets; they are left to typing.
  const usable = [...sampled, ...fixed].filter(({ label }) => /^[A-Za-z_]\w*$/.test(label));
  return [...new Map(usable.map((option) => [option.label, option])).values()];
}

function field(label: string, detail: string, description: string | null): Completion {
  return { label, kind: 'field', detail, description };
}

function knownFields(keys: readonly string[], shape: ScopeShape): Readonly<Record<string, string>> {
  const [variable = ''] = keys;
  if (keys.length === 1) return own(shape.fields, variable);
  if (keys.length === 3) return own(shape.fields, `${variable}.*.${keys[2]}`);
  return keys.length === 2 ? own(shape.fields, `${variable}.*`) : {};
}

function own(fields: ScopeShape['fields'], name: string): Readonly<Record<string, string>> {
  return Object.hasOwn(fields, name) ? (fields[name] ?? {}) : {};
}

function stepsOf(path: string): string[] {
  return [...path.matchAll(/[A-Za-z_]\w*|\d+|"([^"]*)"|'([^']*)'/g)].map(
    (match) => match[1] ?? match[2] ?? match[0],
  );
}

function lookUp(sample: unknown, keys: readonly string[]): unknown {
  let value = sample;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function excerpt(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length} items]`;
  if (typeof value === 'object' && value !== null) return `{${Object.keys(value).length} keys}`;
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
