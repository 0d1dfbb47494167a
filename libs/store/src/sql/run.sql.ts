/**
 * Adds runs with the state that their first batch left them in. Parameters: parallel arrays. A run whose id or idempotency
 * key is taken fails the statement.
 */
export const INSERT_RUNS = {
  name: 'insert-runs',
  text: `insert into run (id, namespace_id, workflow_id, graph_id, version, rerun_of, parent_run_id, parent_generation,
      item_index, item_try, depth, created_at, graph_path, parent_node_key, item_label, trigger_kind, trigger_actor,
      idempotency_key, input, state, started_at, ended_at, context, output, error, warnings, engine)
    select id, namespace_id, workflow_id, graph_id, version, rerun_of, parent_run_id, parent_generation, item_index, item_try,
      depth, created_at, case when graph_path = '' then null else string_to_array(graph_path, '/') end, parent_node_key,
      item_label, trigger_kind, trigger_actor, idempotency_key, input, state, started_at, ended_at, context, output, error,
      warnings, engine
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::bigint[], $7::bigint[], $8::int[],
      $9::int[], $10::int[], $11::int[], $12::timestamptz[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
      $18::text[], $19::json[], $20::text[], $21::timestamptz[], $22::timestamptz[], $23::json[], $24::json[], $25::json[],
      $26::json[], $27::json[])
      as r (id, namespace_id, workflow_id, graph_id, version, rerun_of, parent_run_id, parent_generation, item_index, item_try,
        depth, created_at, graph_path, parent_node_key, item_label, trigger_kind, trigger_actor, idempotency_key, input, state,
        started_at, ended_at, context, output, error, warnings, engine)`,
};

/** The run that holds an idempotency key. Parameters: workflow ids, keys (parallel). Result: workflow_id, idempotency_key, id. */
export const RUNS_BY_IDEMPOTENCY_KEY = {
  name: 'runs-by-idempotency-key',
  text: `select r.workflow_id, r.idempotency_key, r.id from run r
    join unnest($1::bigint[], $2::text[]) as k (workflow_id, key)
      on r.workflow_id = k.workflow_id and r.idempotency_key = k.key`,
};

/**
 * Locks runs in id order, so that two batches cannot wait for each other in a circle. Waits. The lock keeps other servers from
 * colliding with this transaction; what makes steps unique is the key of the history.
 * Parameter: ids. Result: id and last step of those that exist.
 */
export const LOCK_RUNS = {
  name: 'lock-runs',
  text: `select id from run where id = any($1::bigint[]) order by id for no key update`,
};

/** Last steps of runs, in a statement of its own: it must see what was committed while the locks were waited for. Parameter: ids. */
export const LAST_STEPS = {
  name: 'last-steps',
  text: `select r.id, h.seq, h.payload_size from unnest($1::bigint[]) as r (id)
    cross join lateral (select seq, payload_size from run_history where run_id = r.id order by seq desc limit 1) h`,
};

/** Run fields of the engine's state. Parameter: ids. */
export const LOAD_RUNS = {
  name: 'load-runs',
  text: `select r.*, r.id as run_id, n.name as namespace, w.name as workflow_name
    from run r join namespace n on n.id = r.namespace_id join workflow w on w.id = r.workflow_id
    where r.id = any($1::bigint[])`,
};

/** What a node knows of its child runs: of each item the last try. Parameter: run ids. */
export const LOAD_ITEMS = {
  name: 'load-items',
  text: `select distinct on (parent_run_id, parent_node_key, item_index) parent_run_id, parent_node_key, parent_generation,
      item_index, item_try, item_label, id as run_id, state, output, error, engine
    from run where parent_run_id = any($1::bigint[])
    order by parent_run_id, parent_node_key, item_index, parent_generation desc, item_try desc`,
};

/** Child runs of one node that have not ended. Parameters: parent run id, node key. */
export const OPEN_CHILDREN = {
  name: 'open-children',
  text: `select id from run where parent_run_id = $1 and parent_node_key = $2
    and state not in ('succeeded', 'failed', 'canceled') order by id`,
};

/** Writes runs of which more than nodes changed. Parameters: parallel arrays, one entry per run. */
export const UPDATE_RUNS = {
  name: 'update-runs',
  text: `update run set state = u.state, started_at = u.started_at, ended_at = u.ended_at, input = u.input,
      context = u.context, output = u.output, error = u.error, warnings = u.warnings, engine = u.engine
    from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::json[], $6::json[], $7::json[],
      $8::json[], $9::json[], $10::json[])
      as u (id, state, started_at, ended_at, input, context, output, error, warnings, engine)
    where run.id = u.id`,
};

/** Takes ids from the sequence, so that rows can refer to each other before they are written. Parameter: count. */
export const NEXT_RUN_IDS = {
  name: 'next-run-ids',
  text: `select nextval(pg_get_serial_sequence('run', 'id')) as id from generate_series(1, $1::int)`,
};

/** Runs that were stored but have not begun. Parameters: created before, limit. */
export const QUEUED_RUNS = {
  name: 'queued-runs',
  text: `select id from run where state = 'queued' and created_at < $1 order by id limit $2`,
};
