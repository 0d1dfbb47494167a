export type { WorkBudget } from './budget.js';
export * from './errors.js';
export * from './limits.js';
export * from './scope.js';
export {
  compileExpression,
  evaluate,
  nodeReferences,
  type CompiledExpression,
  type Expression,
} from './expression.js';
export {
  compileTemplate,
  escapePointer,
  hasExpressions,
  renderTemplate,
  type CompiledTemplate,
  type Template,
  type TemplateProblem,
} from './template.js';
export {
  completions,
  type Completion,
  type CompletionContext,
  type CompletionList,
} from './completions.js';
export { linearPattern } from './pattern.js';
export { splitTemplate, type TemplateSegment } from './segments.js';
export { renameNodeInExpression, renameNodeInTemplate } from './rename.js';
export { sizeWithin } from './size.js';
export { usedValues, USED_VALUES_SIZE_BYTES_MAX } from './used-values.js';
