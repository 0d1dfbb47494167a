/** Adds ended attempts; what is there already stays: an attempt is written once. Parameters: parallel arrays. */
export const INSERT_ATTEMPTS = {
  name: 'insert-attempts',
  text: `insert into attempt (run_id, number, queued_at, started_at, ended_at, node_key, state, worker, input, output, error, engine)
    select * from unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::text[],
      $7::text[], $8::text[], $9::json[], $10::json[], $11::json[], $12::json[])
    on conflict do nothing`,
};

/** Ended attempts of node runs of one run, oldest first. Parameters: run id, node keys. */
export const ATTEMPTS_OF_NODES = {
  name: 'attempts-of-nodes',
  text: `select * from attempt where run_id = $1 and node_key = any($2::text[]) order by node_key, number`,
};
