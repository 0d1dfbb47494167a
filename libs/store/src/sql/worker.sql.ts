/** A worker says hello: a new row, or the old one of the same process, which goes on draining if it did. Result: id. */
export const UPSERT_WORKER = {
  name: 'upsert-worker',
  text: `insert into worker as w (namespace_id, worker_group, name, process_id, state, executors, slots, labels, sdk,
      connected_at, last_seen_at, lease_until)
    values ($1, $2, $3, $4, 'connected', $5::json, $6, $7::json, $8, $9, $9, $10)
    on conflict (namespace_id, worker_group, process_id) do update set name = excluded.name,
      state = case when w.state = 'draining' then w.state else 'connected' end,
      executors = excluded.executors, slots = excluded.slots, labels = excluded.labels, sdk = excluded.sdk,
      connected_at = excluded.connected_at, last_seen_at = excluded.last_seen_at,
      lease_until = greatest(w.lease_until, excluded.lease_until)
    returning id`,
};

/**
 * Moves the leases of workers that sent heartbeats. Parameters: ids, cpu, memory (parallel), now, lease end. Result: ids,
 * and which of them are to drain.
 */
export const RENEW_WORKERS = {
  name: 'renew-workers',
  text: `update worker set last_seen_at = $4, lease_until = $5, cpu_load = u.cpu_load, memory_bytes = u.memory_bytes
    from unnest($1::bigint[], $2::float8[], $3::float8[]) as u (id, cpu_load, memory_bytes) where worker.id = u.id
    returning worker.id, worker.state = 'draining' as is_draining`,
};

/** Parameters: id, state. */
export const SET_WORKER_STATE = {
  name: 'set-worker-state',
  text: `update worker set state = $2 where id = $1`,
};

/** Leased tasks whose worker's lease has ended. Locks nothing: the run's lock and the fence decide. Parameters: now, limit. */
export const EXPIRED_TASKS = {
  name: 'expired-tasks',
  text: `select t.id, t.run_id, t.node_key, t.attempt, t.fence, w.name as worker, w.id as worker_id
    from worker w join task t on t.worker_id = w.id and t.state = 'leased'
    where w.lease_until < $1 limit $2`,
};

/** Tasks that some workers have had since before an instant. Parameters: worker ids, leased before. */
export const TASKS_LEASED_BEFORE = {
  name: 'tasks-leased-before',
  text: `select id, run_id, node_key, attempt, fence, worker, worker_id from task
    where state = 'leased' and worker_id = any($1::bigint[]) and leased_at < $2`,
};

/** Marks workers whose lease ended as gone. Parameter: now. Result: their namespaces. */
export const MARK_LOST_WORKERS = {
  name: 'mark-lost-workers',
  text: `update worker set state = 'disconnected' where lease_until < $1 and state <> 'disconnected' returning namespace_id`,
};

/** Forgets workers that left long ago. Parameter: instant. */
export const DELETE_OLD_WORKERS = {
  name: 'delete-old-workers',
  text: `delete from worker where state = 'disconnected' and last_seen_at < $1`,
};

/** Workers of a namespace with the tasks they hold. Parameter: namespace id. */
export const LIST_WORKERS = {
  name: 'list-workers',
  text: `select w.*, (select count(*)::int from task t where t.worker_id = w.id and t.state = 'leased') as slots_in_use
    from worker w where w.namespace_id = $1 order by w.worker_group, w.name, w.id`,
};

/** Parameter: worker id. */
export const GET_WORKER = {
  name: 'get-worker',
  text: `select w.*, (select count(*)::int from task t where t.worker_id = w.id and t.state = 'leased') as slots_in_use
    from worker w where w.id = $1`,
};

/** Workers that may serve a namespace, those of the servers included. Parameter: namespace id. */
export const LIST_SERVING_WORKERS = {
  name: 'list-serving-workers',
  text: `select w.*, (select count(*)::int from task t where t.worker_id = w.id and t.state = 'leased') as slots_in_use
    from worker w where w.namespace_id = $1 or w.namespace_id is null`,
};
