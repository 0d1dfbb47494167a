import { describe, expect, it } from 'vitest';
import { completions } from './index.js';

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
