import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getIntrospectionQuery,
  buildClientSchema,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPEN_RULES, PERMISSIONS, RuleCheck } from '@heddle/server-access';
import { testDatabase } from '@heddle/testing';
import { createServer, type CreatedServer } from './create-server.js';
import { readConfig } from './config.js';
import { SCHEMA_PATH } from './paths.js';

describe('the server', async () => {
  const url = await testDatabase();
  let server: CreatedServer;
  let app: NestFastifyApplication;

  beforeAll(async () => {
    server = await createServer(
      readConfig({ DATABASE_URL: url, PORT: '0', WORKER_PORT: '0', LOG_LEVEL: 'error' }),
    );
    app = server.app;
    await app.init();
  });
  afterAll(async () => {
    await app.close();
    await server.database.close();
  });

  const post = async (query: string, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', ...headers },
      payload: { query },
    });

  it('P7: every resolver and socket handler declares a known rule, and every root field has a resolver', () => {
    const handlers = app.get(RuleCheck).handlers();
    const rules = new Set<string>([...Object.keys(PERMISSIONS), ...OPEN_RULES]);
    expect(handlers.filter(({ rule }) => !rules.has(rule ?? ''))).toEqual([]);
    const schema = buildSchema(readFileSync(SCHEMA_PATH, 'utf8'));
    const fields = [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) =>
      Object.keys(type.getFields()),
    );
    expect(handlers.filter(({ name }) => name.includes('Resolver.'))).toHaveLength(fields.length);
  });

  it('serves exactly the committed schema', async () => {
    const { data } = (await post(getIntrospectionQuery())).json<{ data: never }>();
    const served = printSchema(lexicographicSortSchema(buildClientSchema(data)));
    const committed = printSchema(
      lexicographicSortSchema(buildSchema(readFileSync(SCHEMA_PATH, 'utf8'))),
    );
    expect(served).toBe(committed);
  });

  it.each([
    ['not GraphQL at all', '{{{', 'BAD_INPUT'],
    ['an unknown field', '{ nothing }', 'BAD_INPUT'],
    [
      'a query nested too deeply',
      `{ workflow(id: "1") ${'{ lastRuns { workflow '.repeat(10)}{ id }${' } }'.repeat(10)} }`,
      'BAD_INPUT',
    ],
    ['nobody signed in', '{ namespaces { id } }', 'UNAUTHENTICATED'],
  ])('P5: answers %s with a code', async (_what, query, code) => {
    const { errors } = (await post(query)).json<{ errors: { extensions?: { code?: string } }[] }>();
    expect(errors[0]?.extensions?.code).toBe(code);
  });

  it('P5: answers a body that is not JSON, and stays up', async () => {
    const response = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json' },
      payload: '{"query"',
    });
    expect(response.statusCode).toBe(400);
    expect((await app.inject({ method: 'GET', url: '/healthz' })).json()).toEqual({ status: 'ok' });
  });

  it('P7: refuses a bad API key, and a cookie without the header that foreign pages cannot set', async () => {
    const key = await post('{ namespaces { id } }', { authorization: 'Bearer hdl_key_nonsense' });
    expect(key.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const cookie = await post('{ me { id } }', { cookie: 'heddle_session=anything' });
    expect(cookie.json()).toMatchObject({ data: { me: null } });
  });
});
