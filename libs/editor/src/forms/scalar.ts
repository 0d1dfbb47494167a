import type { Json } from '@heddle/kernel';

/** What is written in a field for a scalar of `type`: a template stays text, a literal gets the type. */
export function readScalar(text: string, type: string): Json | undefined {
  if (text === '') return undefined;
  if (text.includes('${{')) return text;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type !== 'number' && type !== 'integer') return text;
  const value = Number(text);
  return Number.isFinite(value) && text.trim() !== '' ? value : text;
}

/** How a scalar is shown in such a field. */
export function writeScalar(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
