import { describe, expect, it } from 'vitest';
import { layoutGraph, type LayoutInput } from './layout.js';

function aFan(width: number): LayoutInput {
  const middle = Array.from({ length: width }, (_, i) => `m${i}`);
  return {
    nodes: ['start', ...middle, 'end'].map((key) => ({ key, width: 216, height: 54 })),
    edges: middle.flatMap((key) => [
      { source: 'start', target: key },
      { source: key, target: 'end' },
    ]),
  };
}

describe.each([
  ['careful', 12],
  ['quick', 600],
])('%s layout', (_name, width) => {
  const input = aFan(width);
  const positions = layoutGraph(input);

  it('leads from left to right', () => {
    for (const { source, target } of input.edges)
      expect(positions[source]?.x ?? 0).toBeLessThan(positions[target]?.x ?? 0);
  });
  it('lets no two nodes overlap', () => {
    const boxes = input.nodes.map(({ key, width: w, height: h }) => ({
      ...(positions[key] ?? { x: NaN, y: NaN }),
      w,
      h,
    }));
    const overlap = boxes.some((a, i) =>
      boxes.some(
        (b, j) => i < j && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h,
      ),
    );
    expect(overlap).toBe(false);
  });
  it('gives the same places for the same graph', () =>
    expect(layoutGraph(input)).toEqual(positions));
});

describe('a layer of hundreds', () => {
  it('becomes a block instead of a hair', () => {
    const ys = Object.values(layoutGraph(aFan(600))).map((at) => at.y);
    expect(Math.max(...ys) - Math.min(...ys)).toBeLessThan(6_000);
  });
});
