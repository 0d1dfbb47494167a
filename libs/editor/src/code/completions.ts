import type { CodeScope } from './scope.js';

/** One suggestion. */
export interface Suggestion {
  label: string;
  detail?: string;
  kind: 'variable' | 'property' | 'function';
}

/** What may stand at the cursor: the suggestions, and where the word they replace begins. */
export interface Suggestions {
  from: number;
  options: Suggestion[];
}

/** CEL's own functions and macros, and those that people need most. */
const FUNCTIONS = [
  'size()',
  'has()',
  'string()',
  'int()',
  'double()',
  'bool()',
  'timestamp()',
  'duration()',
];
const METHODS = [
  'size()',
  'contains()',
  'startsWith()',
  'endsWith()',
  'all()',
  'exists()',
  'filter()',
  'map()',
];

const PATH_BEFORE_CURSOR = /([A-Za-z_][\w.]*)?$/;

/** Suggestions for the expression text before the cursor. Pure. */
export function suggest(before: string, scope: CodeScope): Suggestions {
  const path = PATH_BEFORE_CURSOR.exec(before)?.[0] ?? '';
  const steps = path.split('.');
  const word = steps.pop() ?? '';
  return { from: before.length - word.length, options: optionsBelow(steps, scope) };
}

function optionsBelow(steps: readonly string[], scope: CodeScope): Suggestion[] {
  const [root, second] = steps;
  if (root === undefined) return topLevel(scope);
  if (root === 'nodes' && steps.length === 1 && 'nodes' in scope.shape.variables)
    return scope.upstreamKeys.map((label) => ({ label, kind: 'property' }));
  if (root === 'nodes' && steps.length === 2 && second !== undefined)
    return described(scope.shape.fields['nodes.*'] ?? {});
  if (root === 'input' && steps.length === 1)
    return [...properties(scope.inputNames), ...methods()];
  const fields = scope.shape.fields[root];
  if (fields && steps.length === 1) return described(fields);
  return methods();
}

function described(fields: Readonly<Record<string, string>>): Suggestion[] {
  return Object.entries(fields).map(([label, detail]) => ({ label, detail, kind: 'property' }));
}

function topLevel(scope: CodeScope): Suggestion[] {
  const variables = Object.entries(scope.shape.variables).map<Suggestion>(([label, detail]) => ({
    label,
    detail,
    kind: 'variable',
  }));
  return [...variables, ...FUNCTIONS.map<Suggestion>((label) => ({ label, kind: 'function' }))];
}

const properties = (names: readonly string[]): Suggestion[] =>
  names.map((label) => ({ label, kind: 'property' }));
const methods = (): Suggestion[] => METHODS.map((label) => ({ label, kind: 'function' }));

/** The expression around the cursor of a text with `${{ … }}`, up to the cursor; null outside of one. */
export function expressionBefore(text: string): { source: string; start: number } | null {
  const open = text.lastIndexOf('${{');
  if (open < 0 || text.indexOf('}}', open) >= 0) return null;
  return { source: text.slice(open + 3), start: open + 3 };
}
