import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError, HeddleApi } from './heddle-api.js';

let server: Server;
let answer: { status: number; body: string };
let asked: { authorization: string | undefined; body: string };

beforeEach(async () => {
  answer = { status: 200, body: '{"data":{"me":null}}' };
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    asked = { authorization: request.headers.authorization, body };
    response.writeHead(answer.status).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function api(): HeddleApi {
  const { port } = server.address() as AddressInfo;
  return new HeddleApi({ url: `http://127.0.0.1:${port}/`, apiKey: 'hdl_key_x' });
}

/** What a request that must fail throws. */
async function failure(): Promise<ApiError> {
  const error: unknown = await api()
    .request('{ me { id } }')
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe('HeddleApi', () => {
  it('sends the key, the operation and its variables, and returns the data', async () => {
    expect(await api().request('query ($a: ID!) { x(a: $a) }', { a: '1' })).toEqual({ me: null });
    expect(asked.authorization).toBe('Bearer hdl_key_x');
    expect(JSON.parse(asked.body)).toEqual({
      query: 'query ($a: ID!) { x(a: $a) }',
      variables: { a: '1' },
    });
  });

  it('does not repeat the one problem that the message says already', async () => {
    const extensions = {
      code: 'VALIDATION_FAILED',
      details: { problems: [{ message: 'must be object' }] },
    };
    const message = 'The input does not fit: must be object.';
    answer.body = JSON.stringify({ data: null, errors: [{ message, extensions }] });
    expect((await failure()).message).toBe(message);
  });

  it('throws the first error with its code, its details, and the problems in words', async () => {
    const problems = [
      { message: 'No such node.', nodeKey: 'b', path: '/config/input' },
      { message: 'No group.' },
    ];
    const extensions = { code: 'VALIDATION_FAILED', details: { problems } };
    answer.body = JSON.stringify({
      data: null,
      errors: [{ message: 'The graph has errors.', extensions }],
    });
    const error = await failure();
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', details: { problems } });
    expect(error.message).toBe(
      'The graph has errors.\n  b/config/input: No such node.\n  No group.',
    );
  });

  it.each([
    [200, '<html>', 'with status 200, but not with GraphQL data'],
    [502, '', 'with status 502, but not with GraphQL data'],
    [200, '[]', 'is it a Heddle server?'],
  ])('says so when %i "%s" is no GraphQL answer', async (status, body, message) => {
    answer = { status, body };
    expect(await failure()).toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining(message),
    });
  });

  it('says so when nobody listens', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.close();
    const unreachable = new HeddleApi({ url, apiKey: '' });
    await expect(unreachable.request('{ me { id } }')).rejects.toMatchObject({
      code: 'NETWORK',
      message: `No answer from ${url}: nothing listens there; is the server running.`,
    });
  });
});
