import { describe, expect, it } from 'vitest';
import { previewRetry } from './retry-preview.js';

describe('previewRetry', () => {
  it('sums up the delays that the engine uses', () => {
    const preview = previewRetry({
      attempts: 4,
      backoff: { kind: 'exponential', delayMs: 1_000, capMs: 3_000 },
    });
    expect(preview.starts.map((start) => start.latestMs)).toEqual([1_000, 3_000, 6_000]);
    expect(preview).toMatchObject({ totalMs: 6_000, hasMore: false });
  });
  it('shows the span that jitter allows, and that there is more', () => {
    const preview = previewRetry({
      attempts: 20,
      backoff: { kind: 'fixed', delayMs: 100 },
      jitter: 0.5,
    });
    expect(preview.starts[0]).toEqual({ latestMs: 100, earliestMs: 50 });
    expect(preview.hasMore).toBe(true);
  });
  it('has nothing to show for one attempt', () => {
    expect(previewRetry({ attempts: 1, backoff: { kind: 'fixed', delayMs: 1 } }).starts).toEqual(
      [],
    );
  });
});
