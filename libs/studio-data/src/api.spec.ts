import { describe, expect, it } from 'vitest';
import { type Fetch, request } from './api.js';
import { Me } from './generated/operations.js';
import { operationName } from './query.js';

const answering =
  (body: unknown, status = 200): Fetch =>
  async () =>
    new Response(JSON.stringify(body), { status });

describe('request', () => {
  it('sends the guard header and the cookie, and returns the data', async () => {
    let seen: RequestInit = {};
    const fetch: Fetch = async (_url, init) => {
      seen = init;
      return new Response(JSON.stringify({ data: { me: null } }));
    };
    expect(await request(Me, {}, { fetch })).toEqual({ me: null });
    expect(seen).toMatchObject({
      credentials: 'same-origin',
      headers: { 'x-heddle-request': '1' },
    });
  });

  it('keeps code, message and details of a refusal', async () => {
    const error = {
      message: 'Revision 3 is newer.',
      extensions: { code: 'CONFLICT', details: { revision: 3 } },
    };
    await expect(request(Me, {}, { fetch: answering({ errors: [error] }) })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'Revision 3 is newer.',
      details: { revision: 3 },
    });
  });

  it('calls an unknown code INTERNAL and a missing answer NETWORK', async () => {
    const odd = answering({ errors: [{ message: 'x', extensions: { code: 'WHAT' } }] });
    await expect(request(Me, {}, { fetch: odd })).rejects.toMatchObject({ code: 'INTERNAL' });
    const down: Fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(request(Me, {}, { fetch: down })).rejects.toMatchObject({ code: 'NETWORK' });
    await expect(request(Me, {}, { fetch: answering('bad gateway', 502) })).rejects.toMatchObject({
      code: 'NETWORK',
    });
  });
});

describe('operationName', () => {
  it('is the name in the document', () => expect(operationName(Me)).toBe('Me'));
});
