/** Adds tasks, queued or leased at once. Parameters: parallel arrays. */
export const INSERT_TASKS = {
  name: 'insert-tasks',
  text: `insert into task (id, run_id, namespace_id, worker_id, timeout_ms, queued_at, leased_at, attempt, fence, loss_count,
      priority, node_key, worker_group, executor, state, worker, input, input_sha256)
    select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[],
      $7::timestamptz[], $8::int[], $9::int[], $10::int[], $11::smallint[], $12::text[], $13::text[], $14::text[], $15::text[],
      $16::text[], $17::json[], $18::text[])`,
};

/** Leases or requeues tasks. Parameters: run ids, ids, states, fences, worker ids, workers, lease times, losses (parallel). */
export const UPDATE_TASKS = {
  name: 'update-tasks',
  text: `update task set state = u.state, fence = u.fence, worker_id = u.worker_id, worker = u.worker,
      leased_at = u.leased_at, loss_count = u.loss_count
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::int[], $5::bigint[], $6::text[], $7::timestamptz[], $8::int[])
      as u (run_id, id, state, fence, worker_id, worker, leased_at, loss_count)
    where task.run_id = u.run_id and task.id = u.id`,
};

/** Removes tasks that ended. Parameters: run ids, ids (parallel). */
export const DELETE_TASKS = {
  name: 'delete-tasks',
  text: `delete from task t using unnest($1::bigint[], $2::bigint[]) as u (run_id, id)
    where t.run_id = u.run_id and t.id = u.id`,
};

/** Tasks of runs. Parameter: run ids. */
export const LOAD_TASKS = {
  name: 'load-tasks',
  text: `select * from task where run_id = any($1::bigint[])`,
};

/**
 * Finds queued tasks that a worker group could take, by priority, then oldest first, and locks their runs. Skips runs that another
 * transaction holds, so it never waits; whoever holds them hands out their tasks itself, or a later claim finds them.
 * Parameters: namespace id, group, executors, limit. Result: task id and run id.
 */
export const CLAIM_TASKS = {
  name: 'claim-tasks',
  text: `select t.id, t.run_id from task t join run r on r.id = t.run_id
    where t.state = 'queued' and t.namespace_id = $1 and t.worker_group = $2 and t.executor = any($3::text[])
    order by t.priority desc, t.id limit $4 for no key update of r skip locked`,
};

/** Which groups and executors have tasks waiting. Bounded by the number of distinct triples. */
export const QUEUED_DEMAND = {
  name: 'queued-demand',
  text: `select namespace_id, worker_group, executor, count(*)::int as count from task where state = 'queued'
    group by namespace_id, worker_group, executor`,
};

/** How many queued tasks go before one. Parameters: namespace id, group, executor, priority, id. */
export const TASKS_BEFORE = {
  name: 'tasks-before',
  text: `select count(*)::int as count from task where state = 'queued' and namespace_id = $1 and worker_group = $2
    and executor = $3 and (priority > $4 or (priority = $4 and id < $5))`,
};

/** Tasks held by workers, with the names that a job may know. Parameter: worker ids. */
export const TASKS_OF_WORKERS = {
  name: 'tasks-of-workers',
  text: `select t.*, w.name as workflow, n.name as namespace from task t
    join run r on r.id = t.run_id join workflow w on w.id = r.workflow_id join namespace n on n.id = r.namespace_id
    where t.state = 'leased' and t.worker_id = any($1::bigint[])`,
};

/** Takes a block of ids: the sequence moves by 1,000,000 at a time. Result: the first id of the block. */
export const NEXT_TASK_ID_BLOCK = {
  name: 'next-task-id-block',
  text: `select nextval(pg_get_serial_sequence('task', 'id')) as id`,
};

/** Fences of leased tasks. Parameters: run ids, ids (parallel). */
export const TASK_FENCES = {
  name: 'task-fences',
  text: `select t.id, t.fence from task t join unnest($1::bigint[], $2::bigint[]) as u (run_id, id)
    on t.run_id = u.run_id and t.id = u.id where t.state = 'leased'`,
};
