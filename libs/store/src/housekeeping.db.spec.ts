import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '@heddle/testing';
import { Database } from './database.js';
import { HousekeepingStore } from './housekeeping-store.js';
import { RUN_PARTITION_SIZE, makePartitions } from './partitions.js';

describe('housekeeping', async () => {
  const url = await testDatabase();
  let database: Database;
  let store: HousekeepingStore;
  let namespaceId: string;

  beforeAll(async () => {
    database = await Database.open(url);
    store = new HousekeepingStore(database);
    namespaceId = await one(
      `insert into namespace (name, title) values ('kept', 'Kept') returning id`,
    );
  });
  afterAll(() => database.close());

  async function one(text: string): Promise<string> {
    return (await database.rows<{ id: string }>({ text }))[0]!.id;
  }

  const addWorkflow = (name: string): Promise<string> =>
    one(`insert into workflow (namespace_id, name, draft, draft_updated_by)
      values (${namespaceId}, '${name}', '{}', 'x') returning id`);

  /** A run that ended some days ago, with a row in every table. */
  async function addRun(
    workflowId: string,
    facts: { state: string; days: number | null; parentId?: string; rerunOf?: string; id?: number },
  ): Promise<string> {
    const { state, days, parentId = 'null', rerunOf = 'null', id } = facts;
    const endedAt = days === null ? 'null' : `now() - interval '${days} days'`;
    const run =
      await one(`insert into run (${id === undefined ? '' : 'id, '}namespace_id, workflow_id, graph_id, state,
        trigger_kind, trigger_actor, created_at, ended_at, parent_run_id, rerun_of)
      values (${id === undefined ? '' : `${id}, `}${namespaceId}, ${workflowId}, 1, '${state}', 'api', 'x', now(),
        ${endedAt}, ${parentId}, ${rerunOf}) returning id`);
    await database.rows({
      text: `insert into node_run (run_id, seq, attempt, node_key, state) values (${run}, 1, 1, 'a', 'succeeded')`,
    });
    await database.rows({
      text: `insert into run_history (run_id, at, payload_size, seq, events) values (${run}, now(), 0, 1, '[]')`,
    });
    return run;
  }

  async function expired(): Promise<string[]> {
    return (await store.expiredRuns('0', Date.now(), 1_000)).ids;
  }

  async function rowsOf(id: string): Promise<number> {
    const rows = await database.rows<{ count: number }>({
      text: `select ((select count(*) from run where id = $1) + (select count(*) from node_run where run_id = $1)
        + (select count(*) from run_history where run_id = $1))::int as count`,
      values: [id],
    });
    return rows[0]!.count;
  }

  it('finds ended runs by the rule of their workflow, else of their namespace, per outcome', async () => {
    const [usual, own] = [await addWorkflow('usual'), await addWorkflow('own')];
    await store.setRetention(
      { table: 'namespace', id: namespaceId },
      { succeededDays: 10, failedDays: null, canceledDays: 0 },
    );
    await store.setRetention(
      { table: 'workflow', id: own },
      { succeededDays: 1, failedDays: 2, canceledDays: 3 },
    );
    const old = [
      await addRun(usual, { state: 'succeeded', days: 11 }),
      await addRun(usual, { state: 'canceled', days: 0.5 }),
      await addRun(own, { state: 'failed', days: 2.5 }),
    ];
    await addRun(usual, { state: 'succeeded', days: 9 });
    await addRun(usual, { state: 'failed', days: 10_000 });
    await addRun(usual, { state: 'running', days: null });
    await addRun(own, { state: 'canceled', days: 2.5 });
    expect(await expired()).toEqual(old);
  });

  it('keeps a run as long as the one that repeats it, and takes child runs with their parent', async () => {
    const workflow = await addWorkflow('trees');
    const first = await addRun(workflow, { state: 'succeeded', days: 100 });
    const again = await addRun(workflow, { state: 'running', days: null, rerunOf: first });
    const parent = await addRun(workflow, { state: 'succeeded', days: 100 });
    const child = await addRun(workflow, { state: 'succeeded', days: 100, parentId: parent });
    const ids = await expired();
    expect(ids).toContain(parent);
    expect(ids).not.toContain(first);
    expect(ids).not.toContain(child);
    expect(await store.deleteRuns([parent, again])).toBe(2);
    expect(await Promise.all([parent, child, first, again].map(rowsOf))).toEqual([0, 0, 3, 3]);
  });

  it('does not wait for, nor hold up, a run that somebody is working on', async () => {
    const workflow = await addWorkflow('busy');
    const other = await addRun(workflow, { state: 'succeeded', days: 100 });
    await database.transaction(async (sql) => {
      const busy = await addRun(workflow, { state: 'running', days: null });
      await sql.rows({ text: 'select id from run where id = $1 for update', values: [busy] });
      expect(await store.deleteRuns([other])).toBe(1);
    });
  });

  it('drops partitions that no run is in any more', async () => {
    const workflow = await addWorkflow('parts');
    const id = 3 * RUN_PARTITION_SIZE + 5;
    await makePartitions(database, 4);
    await addRun(workflow, { state: 'succeeded', days: 1, id });
    // The first partition has runs of the tests above; the second and third are empty.
    const names = await store.dropEmptyPartitions();
    const tables = ['attempt', 'node_run', 'payload', 'run_history'];
    expect([...names].sort()).toEqual(tables.flatMap((table) => [`${table}_1`, `${table}_2`]));
    expect(names.at(-1)).toBe('run_history_2');
    expect(await rowsOf(String(id))).toBe(3);
  });
});
