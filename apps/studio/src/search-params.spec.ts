import { describe, expect, it } from 'vitest';
import { parseRunSearch, parseRunsSearch, parseSignInSearch } from './search-params.js';

describe('addresses', () => {
  it('keep the filters that are well-formed and drop the rest', () => {
    const raw = {
      workflow: 7,
      states: ['failed', 'nope'],
      from: '2026-01-02T03:04',
      to: 'never',
      q: '',
      x: 1,
    };
    expect(parseRunsSearch(raw)).toEqual({
      workflow: '7',
      states: ['failed'],
      from: '2026-01-02T03:04',
    });
    expect(parseRunsSearch({ states: 'failed' })).toEqual({});
  });
  it('name node, tab and view of a run', () => {
    expect(parseRunSearch({ node: 'a', tab: 'log', view: 'timeline' })).toEqual({
      node: 'a',
      tab: 'log',
      view: 'timeline',
    });
    expect(parseRunSearch({ tab: 'secret' })).toEqual({});
  });
  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'x'])(
    'never lead to %s after a sign-in',
    (redirect) => {
      expect(parseSignInSearch({ redirect })).toEqual({});
    },
  );
  it('lead to pages of this site', () => {
    expect(parseSignInSearch({ token: 't', redirect: '/n/demo/runs?q=1' })).toEqual({
      token: 't',
      redirect: '/n/demo/runs?q=1',
    });
  });
});
