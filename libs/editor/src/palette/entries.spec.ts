import { NODE_TYPES } from '@heddle/nodes';
import { describe, expect, it } from 'vitest';
import { editorMessages } from '../i18n/index.js';
import { executorTitle, paletteEntries, searchEntries } from './entries.js';

const offer = {
  group: 'images',
  name: 'image.resize',
  description: 'Makes it smaller',
  inputSchema: null,
  workerCount: 1,
};
const entries = paletteEntries(NODE_TYPES, [offer], editorMessages.text);

describe('palette', () => {
  it('offers every type, and every executor as a job made ready', () => {
    expect(entries.map((entry) => entry.id)).toEqual([
      ...Object.keys(NODE_TYPES),
      'images/image.resize',
    ]);
    expect(entries.at(-1)?.template).toMatchObject({
      type: 'job',
      name: 'Image resize',
      config: { group: 'images', executor: 'image.resize' },
    });
  });
  it('finds by all words, a title that begins with it first', () => {
    expect(searchEntries(entries, 'image small').map((entry) => entry.id)).toEqual([
      'images/image.resize',
    ]);
    expect(searchEntries(entries, 'fail')[0]?.id).toBe('fail');
    expect(searchEntries(entries, 'zzz')).toEqual([]);
  });
  it('makes a title of an executor name', () => expect(executorTitle('a_b-c.d')).toBe('A b c d'));
});
