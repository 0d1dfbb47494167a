import { compileExpression, compileTemplate, splitTemplate } from '@heddle/expression';
import { messageOf } from '@heddle/kernel';
import type { CodeScope } from './scope.js';

/** What a code field holds. */
export type CodeMode = 'cel' | 'template' | 'json' | 'json-template' | 'javascript';

/** Something wrong in a code field, as a half-open character range. */
export interface Diagnosis {
  start: number;
  end: number;
  message: string;
}

/** What is wrong with a text. Empty text is fine: whether a field is needed is another's business. */
export function diagnose(mode: CodeMode, text: string, scope: CodeScope): Diagnosis[] {
  if (text.trim() === '') return [];
  switch (mode) {
    case 'cel':
      return diagnoseExpression(text, scope);
    case 'template':
      return diagnoseTemplate(text, scope);
    // Its syntax is the server's to check: a page compiles no text.
    case 'javascript':
      return [];
    case 'json':
      return diagnoseJson(text);
    case 'json-template':
      return [...diagnoseJson(text), ...diagnoseEmbedded(text, scope)];
  }
}

function diagnoseExpression(text: string, scope: CodeScope): Diagnosis[] {
  const compiled = compileExpression(text, scope.shape);
  if (compiled.ok) return [];
  const { range, message } = compiled.problem;
  return [{ start: range.start, end: Math.max(range.end, range.start + 1), message }];
}

function diagnoseTemplate(text: string, scope: CodeScope): Diagnosis[] {
  const compiled = compileTemplate(text, '', scope.shape);
  if (compiled.ok) return [];
  return compiled.problems.map(({ range, message }) => ({
    start: range.start,
    end: range.end,
    message,
  }));
}

const POSITION = /position (\d+)/;

function diagnoseJson(text: string): Diagnosis[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    const message = messageOf(error);
    const at = Math.min(Number(POSITION.exec(message)?.[1] ?? text.length - 1), text.length - 1);
    return [{ start: Math.max(0, at), end: text.length, message }];
  }
}

/** Expressions inside JSON text, at their places in the text. Escaped quotes inside an expression shift nothing, as they are skipped. */
function diagnoseEmbedded(text: string, scope: CodeScope): Diagnosis[] {
  const split = splitTemplate(text);
  if (!split.ok) return [];
  return split.segments.flatMap((segment) => {
    if (segment.kind !== 'expression' || segment.source.includes('\\')) return [];
    return diagnoseExpression(segment.source, scope).map(({ start, end, message }) => ({
      start: segment.sourceStart + start,
      end: segment.sourceStart + end,
      message,
    }));
  });
}
