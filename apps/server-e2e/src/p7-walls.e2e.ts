import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiError, HeddleApi } from '@heddle/api-client';
import { Cluster, graphOf, jobNode } from '@heddle/cluster';
import { publish, start } from './api-helpers.js';

describe('P7: namespaces are walls and roles are limits', () => {
  let cluster: Cluster;
  let admin: HeddleApi;
  let workflowId: string;
  let runId: string;

  beforeAll(async () => {
    cluster = await Cluster.create({ isDurable: false });
    await cluster.startServer();
    admin = cluster.api;
    workflowId = await publish(admin, graphOf([jobNode('a', 'nobody.offers')], []));
    runId = await start(admin, workflowId);
    await admin.request('mutation { createNamespace(name: "other") { id } }');
  });
  afterAll(() => cluster?.stop());

  /** A new person with a role in one namespace, by the link that setMember gives; then an API key of theirs. */
  async function person(email: string, namespace: string, role: string): Promise<HeddleApi> {
    const { setMember } = await admin.request<{ setMember: { signInUrl: string } }>(
      'mutation ($email: String!, $namespace: String!, $role: Role!) { setMember(namespace: $namespace, email: $email, role: $role) { signInUrl } }',
      { email, namespace, role },
    );
    const token = new URL(setMember.signInUrl).searchParams.get('token');
    const cookie = await signIn(token!);
    const response = await fetch(`${cluster.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-heddle-request': '1', cookie },
      body: JSON.stringify({ query: 'mutation { createApiKey(name: "test") { secret } }' }),
    });
    const { data } = (await response.json()) as { data: { createApiKey: { secret: string } } };
    return new HeddleApi({ url: cluster.url, apiKey: data.createApiKey.secret });
  }

  async function signIn(token: string): Promise<string> {
    const response = await fetch(`${cluster.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-heddle-request': '1' },
      body: JSON.stringify({
        query: 'mutation ($token: String!) { signInWithLink(token: $token) { id } }',
        variables: { token },
      }),
    });
    const cookie = response.headers.get('set-cookie');
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    return cookie!.split(';')[0]!;
  }

  const codeOf = (request: Promise<unknown>): Promise<string | null> =>
    request.then(
      () => null,
      (error: unknown) => (error instanceof ApiError ? error.code : String(error)),
    );

  it('a member of another namespace cannot tell that the workflow or the run exists', async () => {
    const stranger = await person('stranger@example.com', 'other', 'ADMIN');
    const { workflow, run } = await stranger.request<{ workflow: unknown; run: unknown }>(
      'query ($w: ID!, $r: ID!) { workflow(id: $w) { id } run(id: $r) { id } }',
      { w: workflowId, r: runId },
    );
    expect([workflow, run]).toEqual([null, null]);
    const attacks = [
      'query { workflows(namespace: "demo") { totalCount } }',
      'query { runs(namespace: "demo") { totalCount } }',
      'query { workers(namespace: "demo") { id } }',
      'query { members(namespace: "demo") { userId } }',
      'query { workerTokens(namespace: "demo") { id } }',
      `query { logs(runId: "${runId}", nodeKey: "a") { droppedCount } }`,
      `query { runHistory(runId: "${runId}") { seq } }`,
      `mutation { cancelRun(id: "${runId}") { id } }`,
      `mutation { retryNode(runId: "${runId}", nodeKey: "a") { id } }`,
      `mutation { skipNode(runId: "${runId}", nodeKey: "a") { id } }`,
      `mutation { cancelNode(runId: "${runId}", nodeKey: "a") { id } }`,
      `mutation { startRun(workflowId: "${workflowId}") { id } }`,
      `mutation { rerunRun(id: "${runId}") { id } }`,
      `mutation { publishWorkflow(workflowId: "${workflowId}") { id } }`,
      `mutation { archiveWorkflow(id: "${workflowId}") }`,
      'mutation { createWorkerToken(namespace: "demo", group: "g", name: "n") { secret } }',
      'mutation { setMember(namespace: "demo", email: "stranger@example.com", role: ADMIN) { signInUrl } }',
    ];
    for (const attack of attacks)
      expect([attack, await codeOf(stranger.request(attack))]).toEqual([attack, 'NOT_FOUND']);
  });

  it('the live channel keeps strangers out of rooms', async () => {
    const stranger = await person('listener@example.com', 'other', 'ADMIN');
    const { createApiKey } = await stranger.request<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(name: "live") { secret } }',
    );
    const socket = io(cluster.url, {
      path: '/live',
      transports: ['websocket'],
      auth: { token: createApiKey.secret },
    });
    for (const [event, body] of [
      ['watchRun', { runId, afterSeq: 0 }],
      ['watchLogs', { runId, nodeKey: 'a' }],
      ['watchNamespace', { namespace: 'demo' }],
    ] as const)
      expect(await socket.timeout(5_000).emitWithAck(event, body)).toMatchObject({
        ok: false,
        code: 'NOT_FOUND',
      });
    socket.disconnect();
  });

  it('an administrator of one namespace cannot have a sign-in link made for a member of another', async () => {
    await person('newcomer@example.com', 'demo', 'ADMIN');
    const stranger = await person('inviter@example.com', 'other', 'ADMIN');
    const { setMember } = await stranger.request<{ setMember: { signInUrl: string | null } }>(
      'mutation { setMember(namespace: "other", email: "newcomer@example.com", role: VIEWER) { signInUrl } }',
    );
    expect(setMember.signInUrl).toBeNull();
  });

  it('a person who is removed from a namespace stops hearing of it', async () => {
    const member = await person('leaver@example.com', 'demo', 'VIEWER');
    const { me } = await member.request<{ me: { id: string } }>('query { me { id } }');
    const { createApiKey } = await member.request<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(name: "live") { secret } }',
    );
    const socket = io(cluster.url, {
      path: '/live',
      transports: ['websocket'],
      reconnection: false,
      auth: { token: createApiKey.secret },
    });
    expect(
      await socket.timeout(5_000).emitWithAck('watchRun', { runId, afterSeq: 0 }),
    ).toMatchObject({ ok: true });
    const gone = new Promise<void>((resolve) => socket.once('disconnect', () => resolve()));
    await admin.request('mutation ($id: ID!) { removeMember(namespace: "demo", userId: $id) }', {
      id: me.id,
    });
    await gone;
  });

  it.each([
    ['VIEWER', { read: null, start: 'FORBIDDEN', edit: 'FORBIDDEN', manage: 'FORBIDDEN' }],
    ['OPERATOR', { read: null, start: null, edit: 'FORBIDDEN', manage: 'FORBIDDEN' }],
    ['EDITOR', { read: null, start: null, edit: null, manage: 'FORBIDDEN' }],
    ['ADMIN', { read: null, start: null, edit: null, manage: null }],
  ])('%s may do exactly what the role says', async (role, expected) => {
    const api = await person(`${role.toLowerCase()}@example.com`, 'demo', role);
    expect({
      read: await codeOf(api.request(`query { run(id: "${runId}") { state } }`)),
      start: await codeOf(api.request(`mutation { startRun(workflowId: "${workflowId}") { id } }`)),
      edit: await codeOf(
        api.request(
          `mutation { updateWorkflow(id: "${workflowId}", input: { description: "${role}" }) { id } }`,
        ),
      ),
      manage: await codeOf(
        api.request(
          `mutation { createWorkerToken(namespace: "demo", group: "g", name: "${role}") { secret } }`,
        ),
      ),
    }).toEqual(expected);
  });

  it('a sign-in link works once', async () => {
    const token = new URL(cluster.secrets.signInUrl).searchParams.get('token')!;
    await signIn(token);
    const again = await admin
      .request('mutation ($token: String!) { signInWithLink(token: $token) { id } }', { token })
      .catch((e: unknown) => e);
    expect(again).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
