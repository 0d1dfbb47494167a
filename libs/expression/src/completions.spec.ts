import { describe, expect, it } from 'vitest';
import { compileExpression, completions, ITEM_RESULT_SCOPE, ITERATION_SCOPE } from './index.js';

const labels = (source: string, sample?: unknown) =>
  completions(source, source.length, sample === undefined ? {} : { sample }).options.map(
    ({ label }) => label,
  );

describe('completions', () => {
  it('offers variables and functions at the start of a word', () => {
    expect(labels('in')).toContain('input');
    expect(labels('1 + s')).toEqual(expect.arrayContaining(['size', 'string', 'sum']));
    expect(labels('1 + s')).not.toContain('input');
  });

  it('offers fixed fields after a dot', () => {
    expect(labels('run.')).toEqual(expect.arrayContaining(['id', 'startedAt']));
    expect(labels('nodes.price.')).toEqual(
      expect.arrayContaining(['output', 'status', 'error', 'attempts']),
    );
  });

  it('offers the counts of child runs, and knows no others', () => {
    expect(labels('nodes.price.')).toContain('items');
    expect(labels('nodes.price.items.')).toEqual(
      expect.arrayContaining(['total', 'succeeded', 'failed', 'canceled']),
    );
    expect(compileExpression('nodes.price.items.failed > 0').ok).toBe(true);
    expect(compileExpression('nodes.price.items.broken')).toMatchObject({
      problem: { code: 'UNKNOWN_FIELD' },
    });
  });

  it('offers what an item or an iteration sees', () => {
    const of = (source: string, shape: typeof ITEM_RESULT_SCOPE) =>
      completions(source, source.length, { shape }).options.map(({ label }) => label);
    expect(of('', ITEM_RESULT_SCOPE)).toEqual(
      expect.arrayContaining(['item', 'index', 'output', 'error', 'status', 'input']),
    );
    expect(of('error.', ITEM_RESULT_SCOPE)).toEqual(expect.arrayContaining(['code', 'message']));
    expect(of('p', ITERATION_SCOPE)).toContain('previous');
  });

  it('offers keys of the sample, with methods', () => {
    const sample = {
      input: { order: { total: 3, 'no name': 1 } },
      nodes: { price: { output: { sum: 1 } } },
    };
    expect(labels('input.order.t', sample)).toEqual(expect.arrayContaining(['total', 'trim']));
    expect(labels('input.order.', sample)).not.toContain('no name');
    expect(labels('nodes.', sample)).toContain('price');
    expect(labels('nodes["price"].output.', sample)).toContain('sum');
  });

  it('says which word it replaces', () => {
    expect(completions('input.or + 1', 8)).toMatchObject({ from: 6, to: 8 });
  });

  it('survives any text', () => {
    for (const source of ['', '.', '"a', '((((', 'a..b.', '${{', '\u0000']) {
      expect(Array.isArray(completions(source, source.length).options)).toBe(true);
    }
  });
});
