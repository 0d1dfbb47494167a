/**
 * Writes whole node runs. Guarantee: the run's lock is held. Parameters: parallel arrays, one entry per node run;
 * no (run, node) twice.
 */
export const UPSERT_NODE_RUNS = {
  name: 'upsert-node-runs',
  text: `insert into node_run as n (run_id, node_key, state, attempt, attempt_base, lease_loss_count, verdicts, output, error,
      worker, first_started_at, queued_at, started_at, ended_at, due_at, edited_input, marked_by)
    select run_id, node_key, state, attempt, attempt_base, lease_loss_count, verdicts::json, output::json, error::json,
      worker, first_started_at, queued_at, started_at, ended_at, due_at, edited_input::json, marked_by::json
    from unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::int[], $6::int[], $7::text[], $8::text[], $9::text[],
      $10::text[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[],
      $16::text[], $17::text[])
      as u (run_id, node_key, state, attempt, attempt_base, lease_loss_count, verdicts, output, error, worker,
        first_started_at, queued_at, started_at, ended_at, due_at, edited_input, marked_by)
    on conflict (run_id, node_key) do update set state = excluded.state, attempt = excluded.attempt,
      attempt_base = excluded.attempt_base, lease_loss_count = excluded.lease_loss_count, verdicts = excluded.verdicts,
      output = excluded.output, error = excluded.error, worker = excluded.worker,
      first_started_at = excluded.first_started_at, queued_at = excluded.queued_at, started_at = excluded.started_at,
      ended_at = excluded.ended_at, due_at = excluded.due_at, edited_input = excluded.edited_input,
      marked_by = excluded.marked_by`,
};

/** Node runs with what their current attempt holds. Parameter: run ids. */
export const LOAD_NODE_RUNS = {
  name: 'load-node-runs',
  text: `select n.*, a.input as attempt_input, a.output as attempt_output, a.error as attempt_error, a.state as attempt_state
    from node_run n left join attempt a on a.run_id = n.run_id and a.node_key = n.node_key and a.number = n.attempt
    where n.run_id = any($1::bigint[])`,
};

/** How many node runs are in each state. Parameter: run ids. Result: run_id, state, count. */
export const COUNT_NODE_RUNS = {
  name: 'count-node-runs',
  text: `select run_id, state, count(*)::int as count from node_run where run_id = any($1::bigint[]) group by run_id, state`,
};
