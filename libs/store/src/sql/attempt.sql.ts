/**
 * Writes attempts that began or ended. The input is written once; an attempt that has ended is never touched again (the
 * `where` of the update): terminal states are write-once. Guarantee: the run's lock is held.
 * Parameters: parallel arrays, one entry per attempt; none twice.
 */
export const UPSERT_ATTEMPTS = {
  name: 'upsert-attempts',
  text: `insert into attempt as a (run_id, node_key, number, state, input, output, error, worker, queued_at, started_at,
      ended_at, requested_by)
    select run_id, node_key, number, state, input::json, output::json, error::json, worker, queued_at, started_at,
      ended_at, requested_by::json
    from unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
      $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::text[])
      as u (run_id, node_key, number, state, input, output, error, worker, queued_at, started_at, ended_at, requested_by)
    on conflict (run_id, node_key, number) do update set state = excluded.state, output = excluded.output,
      error = excluded.error, worker = excluded.worker, started_at = excluded.started_at, ended_at = excluded.ended_at
    where a.state in ('queued', 'running')`,
};

/** All attempts of node runs of one run, oldest first. Parameters: run id, node keys. */
export const ATTEMPTS_OF_NODES = {
  name: 'attempts-of-nodes',
  text: `select * from attempt where run_id = $1 and node_key = any($2::text[]) order by node_key, number`,
};
