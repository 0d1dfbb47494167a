import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { checkGraph } from '@heddle/engine';
import { NODE_TYPES } from '@heddle/nodes';
import { PATTERNS, patternsPage } from './catalog.js';

const PAGE = fileURLToPath(new URL('../../../../docs/patterns.md', import.meta.url));

describe('workflow patterns', () => {
  it('are the 43 of the catalogue, each once', () => {
    expect(PATTERNS.map((pattern) => pattern.id)).toEqual(
      Array.from({ length: 43 }, (_, i) => i + 1),
    );
  });

  it.each(PATTERNS)('WCP-$id $name: $status', ({ graph, show }) => {
    expect(checkGraph(graph, NODE_TYPES)).toEqual([]);
    show(graph);
  });

  it('docs/patterns.md says what these tests show (HEDDLE_WRITE_DOCS=1 writes it)', async () => {
    const options = await resolveConfig(PAGE);
    const page = await format(patternsPage(), { ...options, filepath: PAGE });
    if (process.env['HEDDLE_WRITE_DOCS'] === '1') writeFileSync(PAGE, page);
    expect(existsSync(PAGE) && readFileSync(PAGE, 'utf8')).toBe(page);
  });
});
