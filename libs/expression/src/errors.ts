/** Half-open character range inside an expression or a template string. */
export interface SourceRange {
  start: number;
  end: number;
}

/** What is wrong with an expression, and where in its text. */
export interface ExpressionProblem {
  /**
   * Stable name: `SYNTAX`, `TYPE`, `UNKNOWN_VARIABLE`, `UNKNOWN_FIELD`, `LIMIT`, `EVALUATION`,
   * `COST`, `RESULT`.
   */
  code: ExpressionProblemCode;
  message: string;
  range: SourceRange;
}

/** The kinds of trouble an expression can have; the first five are found before it runs. */
export type ExpressionProblemCode =
  | 'SYNTAX'
  | 'TYPE'
  | 'UNKNOWN_VARIABLE'
  | 'UNKNOWN_FIELD'
  | 'LIMIT'
  | 'EVALUATION'
  | 'COST'
  | 'RESULT';

/**
 * An expression could not be evaluated with the values at hand. Data for an attempt's error, so it
 * is not a `HeddleError`: whoever evaluates turns it into a failed attempt or a dead edge.
 */
export class ExpressionError extends Error {
  readonly code: ExpressionProblemCode;
  /** Characters of the source it is about. */
  readonly range: SourceRange;

  constructor(
    problem: ExpressionProblem,
    /** The whole source text. */
    readonly source: string,
    /** Place of the source inside a template, as a JSON pointer; empty for a bare expression. */
    readonly path: string = '',
  ) {
    super(problem.message);
    this.name = 'ExpressionError';
    this.code = problem.code;
    this.range = problem.range;
  }

  /** The same error, seen from a template in which the source stands at `path`, moved by `offset` characters. */
  within(source: string, path: string, offset: number): ExpressionError {
    const { code, message } = this;
    const range = { start: this.range.start + offset, end: this.range.end + offset };
    return new ExpressionError({ code, message, range }, source, path);
  }
}
