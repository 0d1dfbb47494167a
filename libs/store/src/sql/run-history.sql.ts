/**
 * Appends commits. Fails with a unique violation of `pk_run_history` when another server stepped one of the runs meanwhile:
 * then nothing of the transaction counts. Parameters: parallel arrays, in order of run id.
 */
export const INSERT_HISTORY = {
  name: 'insert-history',
  text: `insert into run_history (run_id, at, payload_size, seq, events)
    select * from unnest($1::bigint[], $2::timestamptz[], $3::bigint[], $4::int[], $5::json[])`,
};

/** Commits of one run after a sequence number, in order. Parameters: run id, seq, limit. */
export const HISTORY_AFTER = {
  name: 'history-after',
  text: `select seq, at, events from run_history where run_id = $1 and seq > $2 order by seq limit $3`,
};
