import type { JsonObject } from '@heddle/kernel';
import { describe, expect, it } from 'vitest';
import { reasonOnCard } from './reasons.js';

const reason = (kind: string, nodeKey?: string) => ({
  kind,
  message: '',
  nodeKeys: [],
  until: null,
  facts: (nodeKey === undefined ? {} : { nodeKey }) as JsonObject,
});

describe('reasonOnCard', () => {
  it('takes the first that the state alone would not tell', () => {
    const [join, hold] = [reason('join'), reason('hold')];
    expect(reasonOnCard([join, hold, reason('signal')], 'a')).toBe(hold);
    expect(reasonOnCard([reason('compensation'), join], 'a')).toBeUndefined();
  });
  it('takes none that is about another node', () => {
    expect(reasonOnCard([reason('noWorker', 'before')], 'a')).toBeUndefined();
    expect(reasonOnCard([reason('noWorker', 'a')], 'a')?.kind).toBe('noWorker');
  });
});
