/** Bounds of expressions and templates: nothing a person types may stall or exhaust the process. */
export const EXPRESSION_LIMITS = {
  /** Characters of one expression. */
  sourceLengthMax: 10_000,
  /** Syntax nodes of one expression. */
  astNodesMax: 400,
  /** Nesting of one expression. */
  depthMax: 32,
  /** Elements of a list written in an expression. */
  listElementsMax: 200,
  /** Macros (`map`, `filter`, `exists`, …) inside one another. */
  macroNestingMax: 2,
  /**
   * Steps of one evaluation; most take about 50 ns, those that build lists 200 ns, so this is 100
   * ms at worst.
   */
  costMax: 500_000,
  /** Characters of a string, or elements of a list, that an expression may build. */
  valueSizeMax: 1_000_000,
  /** Elements of a list that `range` makes. */
  rangeMax: 10_000,
  /** Characters of a regular expression. */
  patternLengthMax: 500,
  /** Characters that `timestamp`, `duration`, `int` and `double` read. */
  parseLengthMax: 64,
  /** Nesting of a JSON value that an expression returns or reads from text. */
  jsonDepthMax: 100,
  /** Characters of JSON text that one expression may return, and one template may render. */
  resultSizeMax: 1_000_000,
  /** `${{ }}` segments in one template. */
  templateSegmentsMax: 2_000,
} as const;
