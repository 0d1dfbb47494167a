/** Appends committed steps. Guarantee: the run's lock is held. Parameters: parallel arrays. */
export const INSERT_HISTORY = {
  name: 'insert-history',
  text: `insert into run_history (run_id, seq, at, event, node_key, attempt, actor, reason, delta)
    select run_id, seq, at, event, node_key, attempt, actor, reason, delta::json
    from unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[],
      $9::text[]) as u (run_id, seq, at, event, node_key, attempt, actor, reason, delta)`,
};

/** Steps of one run after a sequence number, in order. Parameters: run id, seq, limit. */
export const HISTORY_AFTER = {
  name: 'history-after',
  text: `select seq, at, event, node_key, attempt, actor, reason, delta from run_history
    where run_id = $1 and seq > $2 order by seq limit $3`,
};
