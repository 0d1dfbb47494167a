/** Adds tasks, queued or leased at once. Guarantee: the run's lock is held. Parameters: parallel arrays. */
export const INSERT_TASKS = {
  name: 'insert-tasks',
  text: `insert into task (id, run_id, node_key, attempt, namespace_id, worker_group, executor, state, fence, worker_id,
      priority, timeout_ms, queued_at)
    select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::int[], $5::bigint[], $6::text[], $7::text[],
      $8::text[], $9::int[], $10::bigint[], $11::smallint[], $12::bigint[], $13::timestamptz[])`,
};

/** Leases or requeues tasks. Guarantee: the runs' locks are held. Parameters: ids, states, fences, worker ids (parallel). */
export const UPDATE_TASKS = {
  name: 'update-tasks',
  text: `update task set state = u.state, fence = u.fence, worker_id = u.worker_id
    from unnest($1::bigint[], $2::text[], $3::int[], $4::bigint[]) as u (id, state, fence, worker_id)
    where task.id = u.id`,
};

/** Removes tasks that ended. Guarantee: the runs' locks are held. Parameter: ids. */
export const DELETE_TASKS = {
  name: 'delete-tasks',
  text: `delete from task where id = any($1::bigint[])`,
};

/** Tasks of runs whose locks are held. Parameter: run ids. */
export const LOAD_TASKS = {
  name: 'load-tasks',
  text: `select * from task where run_id = any($1::bigint[])`,
};

/**
 * Finds queued tasks that a worker group could take, by priority, then oldest first, and locks their runs. Skips runs that another
 * transaction holds, so it never waits; whoever holds them hands out their tasks itself, or a later claim finds them.
 * Parameters: namespace id, group, executors, limit. Result: task id and run id, with the run's seq.
 */
export const CLAIM_TASKS = {
  name: 'claim-tasks',
  text: `select t.id, t.run_id, r.seq from task t join run r on r.id = t.run_id
    where t.state = 'queued' and t.namespace_id = $1 and t.worker_group = $2 and t.executor = any($3::text[])
    order by t.priority desc, t.id limit $4 for no key update of r skip locked`,
};

/** Which groups and executors have tasks waiting. Bounded by the number of distinct triples. */
export const QUEUED_DEMAND = {
  name: 'queued-demand',
  text: `select namespace_id, worker_group, executor, count(*)::int as count from task where state = 'queued'
    group by namespace_id, worker_group, executor`,
};

/** Tasks held by workers, with their inputs and the names that a job may know. Parameter: worker ids. */
export const TASKS_OF_WORKERS = {
  name: 'tasks-of-workers',
  text: `select t.*, a.input, w.name as workflow, n.name as namespace from task t
    join run r on r.id = t.run_id join workflow w on w.id = r.workflow_id join namespace n on n.id = r.namespace_id
    join attempt a on a.run_id = t.run_id and a.node_key = t.node_key and a.number = t.attempt
    where t.state = 'leased' and t.worker_id = any($1::bigint[])`,
};

/** Takes a block of ids: the sequence moves by 1,000,000 at a time. Result: the first id of the block. */
export const NEXT_TASK_ID_BLOCK = {
  name: 'next-task-id-block',
  text: `select nextval(pg_get_serial_sequence('task', 'id')) as id`,
};

/** Fences of leased tasks. Parameter: ids. */
export const TASK_FENCES = {
  name: 'task-fences',
  text: `select id, fence from task where id = any($1::bigint[]) and state = 'leased'`,
};
