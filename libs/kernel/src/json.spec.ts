import { describe, expect, it } from 'vitest';
import { utf8SizeBytes } from './json.js';

describe('utf8SizeBytes', () => {
  it.each(['', 'abc', 'é', '中文', '😀', 'a😀中é'])('agrees with an encoder on %j', (text) => {
    expect(utf8SizeBytes(text)).toBe(Buffer.byteLength(text));
  });
});
