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

/** Steps that several evaluations share; counted down. */
export interface WorkBudget {
  stepsLeft: number;
}

/** A budget of its own for one evaluation or one template. */
export function newWork(): WorkBudget {
  return { stepsLeft: EXPRESSION_LIMITS.costMax };
}

/** Runs an evaluation on at most `costMax` steps of a budget, and takes from it what was used. */
export function spending<T>(work: WorkBudget, run: () => T): T {
  const granted = Math.min(work.stepsLeft, EXPRESSION_LIMITS.costMax);
  stepsLeft = granted;
  try {
    return run();
  } finally {
    work.stepsLeft -= granted - Math.max(stepsLeft, 0);
  }
}

/** Takes steps from the evaluation under way. @throws {CostError} when none are left. */
export function charge(steps: number, node: SyntaxNode): void {
  stepsLeft -= steps;
  if (stepsLeft < 0) {
    throw new CostError(
      'Too many steps: make lists or texts smaller, or compute less at once.',
      node,
    );
  }
}
