/** Writes whole node runs. Parameters: parallel arrays, one entry per node run; no (run, node) twice. */
export const UPSERT_NODE_RUNS = {
  name: 'upsert-node-runs',
  text: `insert into node_run as n (run_id, seq, attempt, queued_at, started_at, ended_at, due_at, node_key, state, waiting_for,
      correlation, worker, verdicts, input, output, error, engine)
    select * from unnest($1::bigint[], $2::int[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
      $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::json[], $14::json[], $15::json[],
      $16::json[], $17::json[])
    on conflict (run_id, node_key) do update set seq = excluded.seq, attempt = excluded.attempt,
      queued_at = excluded.queued_at, started_at = excluded.started_at, ended_at = excluded.ended_at, due_at = excluded.due_at,
      state = excluded.state, waiting_for = excluded.waiting_for, correlation = excluded.correlation, worker = excluded.worker,
      verdicts = excluded.verdicts, input = excluded.input, output = excluded.output, error = excluded.error,
      engine = excluded.engine`,
};

/** Node runs with their payloads. Parameter: run ids. */
export const LOAD_NODE_RUNS = {
  name: 'load-node-runs',
  text: `select * from node_run where run_id = any($1::bigint[])`,
};

/** The same of some nodes of one run. Parameters: run id, node keys. */
export const LOAD_NODES = {
  name: 'load-nodes',
  text: `select * from node_run where run_id = $1 and node_key = any($2::text[])`,
};

/** Node runs written since a step, without input and output. Parameters: run id, seq (0: all). */
export const NODES_SINCE = {
  name: 'nodes-since',
  text: `select run_id, seq, attempt, queued_at, started_at, ended_at, due_at, node_key, state, waiting_for, correlation, worker,
      verdicts, null::json as input, null::json as output, error, engine
    from node_run where run_id = $1 and seq > $2`,
};

/** Outputs that other runs refer to. Parameters: run ids, node keys, attempts (parallel). */
export const REUSED_OUTPUTS = {
  name: 'reused-outputs',
  text: `select k.run_id, k.node_key, k.attempt, coalesce(n.output, a.output) as output, coalesce(n.engine, a.engine) as engine
    from unnest($1::bigint[], $2::text[], $3::int[]) as k (run_id, node_key, attempt)
    left join node_run n on n.run_id = k.run_id and n.node_key = k.node_key and n.attempt = k.attempt
    left join attempt a on a.run_id = k.run_id and a.node_key = k.node_key and a.number = k.attempt`,
};

/** How many node runs with a row are in each state. Parameter: run ids. Result: run_id, state, count. */
export const COUNT_NODE_RUNS = {
  name: 'count-node-runs',
  text: `select run_id, state, count(*)::int as count from (
      select n.run_id, case t.state when 'queued' then 'queued' when 'leased' then 'running' else n.state end as state
        from node_run n left join task t on t.run_id = n.run_id and t.node_key = n.node_key where n.run_id = any($1::bigint[])
      union all
      select t.run_id, case t.state when 'queued' then 'queued' else 'running' end from task t
        where t.run_id = any($1::bigint[])
          and not exists (select 1 from node_run n where n.run_id = t.run_id and n.node_key = t.node_key)) s
    group by run_id, state`,
};

/**
 * Node runs that wait for a signal, longest wait first. Parameters: correlation, limit. Locks nothing: the engine decides.
 */
export const WAITING_FOR_SIGNAL = {
  name: 'waiting-for-signal',
  text: `select run_id, node_key from node_run where waiting_for = 'signal' and correlation = $1 order by started_at, run_id limit $2`,
};

/** Node runs of a namespace that wait for a decision, oldest first. Parameters: namespace id, run id after, node key after, limit. */
export const WAITING_FOR_APPROVAL = {
  name: 'waiting-for-approval',
  text: `select n.* from node_run n join run r on r.id = n.run_id
    where n.waiting_for = 'approval' and n.state = 'waiting' and r.namespace_id = $1
      and ($2::bigint is null or (n.run_id, n.node_key) > ($2, $3::text))
    order by n.run_id, n.node_key limit $4`,
};
