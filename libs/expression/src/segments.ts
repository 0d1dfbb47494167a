import type { SourceRange } from './errors.js';

/** A piece of a template string. */
export type TemplateSegment =
  | { kind: 'text'; text: string }
  | {
      kind: 'expression';
      /** Text between `${{` and `}}`. */
      source: string;
      /** Where `source` starts in the string. */
      sourceStart: number;
      /** From `${{` to `}}`. */
      range: SourceRange;
    };

const OPEN = '${{';
const CLOSE = '}}';

/**
 * Cuts a string at its `${{ … }}`. Braces and quotes inside the expression are respected: `${{
 * {"a": {"b": 1}} }}` is one.
 */
export function splitTemplate(
  text: string,
): { ok: true; segments: TemplateSegment[] } | { ok: false; message: string; range: SourceRange } {
  const segments: TemplateSegment[] = [];
  let position = 0;
  while (position < text.length) {
    const open = text.indexOf(OPEN, position);
    if (open === -1) break;
    if (open > position) segments.push({ kind: 'text', text: text.slice(position, open) });
    const sourceStart = open + OPEN.length;
    const close = expressionEnd(text, sourceStart);
    if (close === -1) {
      const range = { start: open, end: text.length };
      return { ok: false, message: 'This "${{" has no closing "}}".', range };
    }
    const range = { start: open, end: close + CLOSE.length };
    const source = text.slice(sourceStart, close);
    segments.push({ kind: 'expression', source, sourceStart, range });
    position = range.end;
  }
  if (position < text.length) segments.push({ kind: 'text', text: text.slice(position) });
  return { ok: true, segments };
}

/** Index of the `}}` that ends the expression starting at `start`; -1 when there is none. */
function expressionEnd(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const char = text[i];
    if (char === '"' || char === "'") {
      i = literalEnd(text, i);
      if (i === -1) return -1;
    } else if (char === '{') depth++;
    else if (char === '}') {
      if (depth === 0) return text[i + 1] === '}' ? i : -1;
      depth--;
    }
  }
  return -1;
}

/**
 * Index of the quote that closes the CEL string literal opening at `start`; -1 when it stays open.
 * Raw strings (`r"…"`) have no escapes.
 */
function literalEnd(text: string, start: number): number {
  const quote = text[start] as string;
  const mark = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  const isRaw = /[rR]/.test(text[start - 1] ?? '');
  for (let i = start + mark.length; i < text.length; i++) {
    if (text[i] === '\\' && !isRaw) i++;
    else if (text.startsWith(mark, i)) return i + mark.length - 1;
  }
  return -1;
}
