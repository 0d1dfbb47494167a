import { RE2JS } from 're2js';
import { charge } from './budget.js';
import type { SyntaxNode } from './ast.js';
import { EXPRESSION_LIMITS } from './limits.js';

/** A pattern that RE2 does not accept. Caught in `evaluate` only. */
export class PatternError extends Error {
  constructor(
    message: string,
    readonly node: SyntaxNode,
  ) {
    super(message);
  }
}

/**
 * Compiled patterns of this process; the oldest leaves when it is full, so that patterns made of
 * data do not pile up.
 */
const compiled = new Map<string, RE2JS>();
const COMPILED_MAX = 200;
/** Steps of a compiled pattern: time is this times the length of the text. */
const PROGRAM_SIZE_MAX = 2_000;

/**
 * `text.matches(pattern)`: whether the pattern is found anywhere in the text, as CEL defines it, by
 * RE2, whose time is linear in the text (the engine of the language backtracks and can be stalled
 * by a pattern).
 */
export function matchesPattern(operands: readonly unknown[], node: SyntaxNode): boolean {
  const [text, pattern] = operands;
  if (typeof text !== 'string' || typeof pattern !== 'string') {
    throw new PatternError('matches() needs a text and a pattern.', node);
  }
  if (pattern.length > EXPRESSION_LIMITS.patternLengthMax) {
    throw new PatternError(
      `A pattern has at most ${EXPRESSION_LIMITS.patternLengthMax} characters.`,
      node,
    );
  }
  // Compiling `.{1000}` many times over costs as much as the program it makes.
  charge(pattern.length * 20, node);
  const regex = compilePattern(pattern, node);
  charge((text.length * regex.programSize()) / 4, node);
  return regex.matcher(text).find();
}

function compilePattern(pattern: string, node: SyntaxNode): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof Error) throw new PatternError(`Invalid pattern: ${error.message}`, node);
    throw error;
  }
  if (compiled.size >= COMPILED_MAX) compiled.delete(compiled.keys().next().value as string);
  compiled.set(pattern, regex);
  return regex;
}

/**
 * A pattern as an object with `test`, on RE2: its time is linear in the text. For patterns of users
 * outside of expressions (JSON Schema).
 * @throws {Error} when RE2 does not accept the pattern (look-around, back references) or it is too
 * long.
 */
export function linearPattern(pattern: string): {
  test(text: string): boolean;
  toString(): string;
} {
  if (pattern.length > EXPRESSION_LIMITS.patternLengthMax) {
    throw new Error(`A pattern has at most ${EXPRESSION_LIMITS.patternLengthMax} characters.`);
  }
  const regex = RE2JS.compile(pattern);
  if (regex.programSize() > PROGRAM_SIZE_MAX) throw new Error(`The pattern is too complex.`);
  // Ajv tells patterns apart by their text.
  return { test: (text) => regex.matcher(text).find(), toString: () => pattern };
}
