/**
 * Adds runs. A run whose id is there already (a commit whose answer was lost) or whose idempotency key is taken is left out
 * of the result. Locks nothing else.
 * Parameters: parallel arrays, one entry per run. Result: ids added.
 */
export const INSERT_RUNS = {
  name: 'insert-runs',
  text: `insert into run (id, namespace_id, workflow_id, graph_id, version, state, seq, input, context, uncaught, warnings,
      trigger_kind, trigger_actor, rerun_of, idempotency_key, created_at)
    select id, namespace_id, workflow_id, graph_id, version, 'queued', 0, input::json, '{}', '[]', '[]',
      trigger_kind, trigger_actor, rerun_of, idempotency_key, created_at
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::text[], $7::text[], $8::text[],
      $9::bigint[], $10::text[], $11::timestamptz[])
      as r (id, namespace_id, workflow_id, graph_id, version, input, trigger_kind, trigger_actor, rerun_of,
        idempotency_key, created_at)
    on conflict do nothing
    returning id`,
};

/** The run that holds an idempotency key. Parameters: workflow ids, keys (parallel). Result: workflow_id, idempotency_key, id. */
export const RUNS_BY_IDEMPOTENCY_KEY = {
  name: 'runs-by-idempotency-key',
  text: `select r.workflow_id, r.idempotency_key, r.id from run r
    join unnest($1::bigint[], $2::text[]) as k (workflow_id, key)
      on r.workflow_id = k.workflow_id and r.idempotency_key = k.key`,
};

/**
 * Locks runs in id order, so that two batches cannot wait for each other in a circle. Waits.
 * Parameter: ids. Result: id and seq of those that exist.
 */
export const LOCK_RUNS = {
  name: 'lock-runs',
  text: `select id, seq from run where id = any($1::bigint[]) order by id for no key update`,
};

/** Run fields of the engine's state, for runs whose lock is held. Parameter: ids. */
export const LOAD_RUNS = {
  name: 'load-runs',
  text: `select r.id, r.seq, r.namespace_id, n.name as namespace, r.workflow_id, w.name as workflow_name, r.graph_id,
      r.version, r.state, r.input, r.context, r.output, r.error, r.uncaught, r.warnings, r.trigger_kind, r.trigger_actor,
      r.created_at, r.started_at, r.ended_at
    from run r join namespace n on n.id = r.namespace_id join workflow w on w.id = r.workflow_id
    where r.id = any($1::bigint[])`,
};

/**
 * Writes what a batch changed on runs. Guarantee: each row's lock is held by this transaction (LOCK_RUNS or INSERT_RUNS).
 * `is_full` false: only `seq` moves. Parameters: parallel arrays, one entry per run.
 */
export const UPDATE_RUNS = {
  name: 'update-runs',
  text: `update run set seq = u.seq, state = u.state,
      context = case when u.is_full then u.context::json else run.context end,
      output = case when u.is_full then u.output::json else run.output end,
      error = case when u.is_full then u.error::json else run.error end,
      uncaught = case when u.is_full then u.uncaught::json else run.uncaught end,
      warnings = case when u.is_full then u.warnings::json else run.warnings end,
      started_at = case when u.is_full then u.started_at else run.started_at end,
      ended_at = case when u.is_full then u.ended_at else run.ended_at end
    from unnest($1::bigint[], $2::int[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::timestamptz[], $11::timestamptz[])
      as u (id, seq, state, is_full, context, output, error, uncaught, warnings, started_at, ended_at)
    where run.id = u.id`,
};

/** Takes a block of ids from the sequence, so that rows can refer to each other before they are written. Parameter: count. */
export const NEXT_RUN_IDS = {
  name: 'next-run-ids',
  text: `select nextval(pg_get_serial_sequence('run', 'id')) as id from generate_series(1, $1::int)`,
};
