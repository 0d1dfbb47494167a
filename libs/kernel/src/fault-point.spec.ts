import { afterEach, describe, expect, it } from 'vitest';
import { faultPoint, setFaultHandler } from './fault-point.js';

afterEach(() => setFaultHandler(null));

describe('faultPoint', () => {
  it('does nothing without a handler', () => {
    expect(faultPoint('result:before-commit')).toBeUndefined();
  });

  it('tells the handler its name, and passes on what the handler throws', async () => {
    setFaultHandler(async (name) => {
      throw new Error(`broken at ${name}`);
    });
    await expect(faultPoint('result:before-commit')).rejects.toThrow(
      'broken at result:before-commit',
    );
  });
});
