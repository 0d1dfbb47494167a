import { afterEach, describe, expect, it } from 'vitest';
import { defineMessages, i18n, pickLanguage, uiMessages } from './public.js';

afterEach(() => i18n.changeLanguage('en'));

describe('pickLanguage', () => {
  it('prefers what the person chose', () => expect(pickLanguage('zh-CN', ['en-GB'])).toBe('zh-CN'));
  it('takes the first browser preference it has', () => {
    expect(pickLanguage(null, ['de', 'zh-TW', 'en'])).toBe('zh-CN');
    expect(pickLanguage('xx', ['fr'])).toBe('en');
  });
});

describe('defineMessages', () => {
  it('gives the text of the language in use', async () => {
    expect(uiMessages.text('state.node.failed')).toBe('Failed');
    await i18n.changeLanguage('zh-CN');
    expect(uiMessages.text('state.node.failed')).toBe('失败');
  });
  it('chooses the plural by count and keeps markup as it is', () => {
    const messages = defineMessages('spec', {
      en: { n_one: '{{count}} node of {{name}}', n_other: '{{count}} nodes of {{name}}' },
      'zh-CN': { n_one: '{{count}} 个节点', n_other: '{{count}} 个节点' },
    });
    expect(messages.text('n', { count: 1, name: '<b>' })).toBe('1 node of <b>');
    expect(messages.text('n', { count: 2, name: 'x' })).toBe('2 nodes of x');
  });
});
