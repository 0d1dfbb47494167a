import { describe, expect, it } from 'vitest';
import { setOwn, utf8SizeBytes } from './json.js';

describe('utf8SizeBytes', () => {
  it.each(['', 'abc', 'é', '中文', '😀', 'a😀中é'])('agrees with an encoder on %j', (text) => {
    expect(utf8SizeBytes(text)).toBe(Buffer.byteLength(text));
  });
});

describe('setOwn', () => {
  it('makes any name a property, __proto__ included', () => {
    const target: Record<string, number> = {};
    setOwn(target, 'a', 1);
    setOwn(target, '__proto__', 2);
    expect(JSON.stringify(target)).toBe('{"a":1,"__proto__":2}');
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
  });
});
