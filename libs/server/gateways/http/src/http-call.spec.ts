import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '@heddle/kernel';
import { AddressGuard } from './address-guard.js';
import { callHttp, parseHttpInput, type HttpInput, type HttpOutcome } from './http-call.js';

describe('callHttp', () => {
  let server: Server;
  let base: string;
  const agent = new Agent({ connect: new AddressGuard(['127.0.0.1']).connector() });

  beforeAll(async () => {
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname === '/hang') return;
      if (url.pathname === '/redirect')
        return void response.writeHead(302, { location: 'http://127.0.0.2:8080/' }).end();
      if (url.pathname === '/huge') return void response.end('x'.repeat(2_000_000));
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        response.writeHead(Number(url.searchParams.get('status') ?? 200), {
          'content-type': 'application/json',
        });
        response.end(
          JSON.stringify({
            method: request.method,
            body,
            query: url.search,
            type: request.headers['content-type'],
          }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function input(given: { [key: string]: Json }): HttpInput {
    const parsed = parseHttpInput(given);
    if (typeof parsed === 'string') throw new Error(parsed);
    return parsed;
  }
  const call = (
    given: { [key: string]: Json },
    signal = new AbortController().signal,
  ): Promise<HttpOutcome> => callHttp(input(given), agent, signal);

  it('sends JSON and gives status, headers and the parsed body', async () => {
    const result = await call({
      method: 'post',
      url: `${base}/a?x=1`,
      query: { y: 'ä b' },
      body: { n: 1 },
    });
    expect(result).toMatchObject({
      ok: true,
      output: {
        status: 200,
        body: {
          method: 'POST',
          body: '{"n":1}',
          query: '?x=1&y=%C3%A4+b',
          type: 'application/json',
        },
      },
    });
  });

  it('fails on a status outside 200 to 299 with the status and an excerpt, and without the query in the message', async () => {
    const result = await call({ url: `${base}/b?status=503&token=secret` });
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'HTTP_STATUS', details: { status: 503 } },
    });
    expect(!result.ok && result.error.message).not.toContain('secret');
  });

  it('lets successWhen decide', async () => {
    expect(await call({ url: `${base}/?status=404`, successWhen: 'status == 404' })).toMatchObject({
      ok: true,
    });
    expect(await call({ url: `${base}/`, successWhen: 'body.method == "POST"' })).toMatchObject({
      ok: false,
    });
    expect(await call({ url: `${base}/`, successWhen: 'body.nothing.there' })).toMatchObject({
      ok: false,
      error: { code: 'EXPRESSION_FAILED' },
    });
  });

  it('ends at its timeout, and when it is canceled', async () => {
    expect(await call({ url: `${base}/hang`, timeoutMs: 50 })).toMatchObject({
      ok: false,
      error: { code: 'TIMEOUT' },
    });
    const abort = new AbortController();
    const hanging = call({ url: `${base}/hang` }, abort.signal);
    abort.abort();
    expect(await hanging).toMatchObject({ ok: false });
  });

  it('refuses an answer that is too large', async () => {
    expect(await call({ url: `${base}/huge` })).toMatchObject({
      ok: false,
      error: { code: 'TOO_LARGE', isFinal: true },
    });
  });

  it('does not follow a redirect into a private address', async () => {
    expect(await call({ url: `${base}/redirect` })).toMatchObject({
      ok: false,
      error: { code: 'ADDRESS_REFUSED', isFinal: true },
    });
  });

  it.each([
    [5, /object/],
    [{ url: 'ftp://example.com' }, /http or https/],
    [{ url: 'nonsense' }, /absolute/],
    [{ url: 'http://example.com', method: 'GET /' }, /method/],
    [{ url: 'http://example.com', headers: { a: {} } }, /headers/],
    [{ url: 'http://example.com', timeoutMs: -1 }, /timeoutMs/],
    [{ url: 'http://example.com', headers: { 'x y': 'a' } }, /"x y" cannot be sent/],
  ])('explains a wrong input %j', (given, message) => {
    expect(parseHttpInput(given as Json)).toMatch(message);
  });

  it.each<{ [key: string]: Json }>([
    { url: 'http://user:secret@example.com' },
    { url: 'http://example.com', headers: { authorization: 'Bearer secret\n' } },
    { url: 'http://example.com', headers: { 'x-key': 'secret\u4e2d' } },
  ])('P6: explains what it cannot send without telling it: %j', (given) => {
    const explained = parseHttpInput(given);
    expect(explained).toMatch(/user name|cannot be sent/);
    expect(explained).not.toContain('secret');
  });
});
