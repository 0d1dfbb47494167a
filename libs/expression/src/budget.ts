import { EXPRESSION_LIMITS } from './limits.js';
import type { SyntaxNode } from './ast.js';

/**
 * Signals that an evaluation used up its steps or built too large a value. Caught in `evaluate`
 * only.
 */
export class CostError extends Error {
  constructor(
    message: string,
    readonly node: SyntaxNode,
  ) {
    super(message);
  }
}

/**
 * Steps left for the evaluation under way. A module variable because cel-js passes nothing of ours
 * through; evaluation is synchronous and never re-entered, so one is enough.
 */
let stepsLeft = 0;

/** Grants a new evaluation its steps. */
export function resetCost(): void {
  stepsLeft = EXPRESSION_LIMITS.costMax;
}

/** Takes steps from the evaluation under way. @throws {CostError} when none are left. */
export function charge(steps: number, node: SyntaxNode): void {
  stepsLeft -= steps;
  if (stepsLeft < 0) {
    throw new CostError('The expression takes too many steps; make lists or texts smaller.', node);
  }
}
