import { isJsonObject, type Json, type JsonObject, setOwn } from '@heddle/kernel';
import { compileExpression } from './expression.js';
import { ANY_RUN_SCOPE } from './scope.js';
import { splitTemplate } from './segments.js';

/**
 * A bare expression with every `nodes.<from>` renamed to `nodes.<to>`. An expression that does not
 * compile is returned as it is: nothing can be said about what it means.
 */
export function renameNodeInExpression(source: string, from: string, to: string): string {
  const inRun = compileExpression(source);
  // Expressions of a node with child runs see more than those of a run.
  const compiled = inRun.ok ? inRun : compileExpression(source, ANY_RUN_SCOPE);
  if (!compiled.ok) return source;
  const reading = new RegExp(
    `^nodes\\s*(?:\\.\\??\\s*${from}\\b|\\[\\??\\s*(["'])${from}\\1\\s*\\])`,
  );
  const starts = compiled.expression.paths
    .filter(({ path }) => path[0] === 'nodes' && path[1] === from)
    .map(({ range }) => range.start)
    .sort((a, b) => b - a);
  let renamed = source;
  // From the end, so that earlier positions stay valid; a place may be read twice by an expanded
  // macro.
  for (const start of new Set(starts)) {
    const tail = renamed.slice(start).replace(reading, (text) => replaceLast(text, from, to));
    renamed = renamed.slice(0, start) + tail;
  }
  return renamed;
}

function replaceLast(text: string, from: string, to: string): string {
  const at = text.lastIndexOf(from);
  return text.slice(0, at) + to + text.slice(at + from.length);
}

/**
 * A template with every `nodes.<from>` in its `${{ }}` renamed; the same value when nothing refers
 * to the node.
 */
export function renameNodeInTemplate(value: Json, from: string, to: string): Json {
  if (typeof value === 'string') return renameInString(value, from, to);
  if (Array.isArray(value)) {
    const items = value.map((item) => renameNodeInTemplate(item, from, to));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (!isJsonObject(value)) return value;
  const renamed: JsonObject = {};
  let isChanged = false;
  for (const [key, item] of Object.entries(value)) {
    const next = renameNodeInTemplate(item, from, to);
    isChanged ||= next !== item;
    setOwn(renamed, key, next);
  }
  return isChanged ? renamed : value;
}

function renameInString(text: string, from: string, to: string): string {
  if (!text.includes('${{') || !text.includes(from)) return text;
  const split = splitTemplate(text);
  if (!split.ok) return text;
  const parts = split.segments.map((segment) =>
    segment.kind === 'text'
      ? segment.text
      : `\${{${renameNodeInExpression(segment.source, from, to)}}}`,
  );
  return parts.join('');
}
