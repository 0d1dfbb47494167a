/** Arms timers; one of the same run, node and kind is replaced. Guarantee: the run's lock is held. Parameters: parallel arrays. */
export const UPSERT_TIMERS = {
  name: 'upsert-timers',
  text: `insert into timer (run_id, node_key, kind, attempt, due_at)
    select * from unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::timestamptz[])
    on conflict (run_id, node_key, kind) do update set attempt = excluded.attempt, due_at = excluded.due_at`,
};

/**
 * Removes timers that fired or lost their reason; with an attempt only if it is still that attempt's.
 * Guarantee: the run's lock is held. Parameters: run ids, node keys, kinds, attempts (null: any).
 */
export const DELETE_TIMERS = {
  name: 'delete-timers',
  text: `delete from timer t using unnest($1::bigint[], $2::text[], $3::text[], $4::int[]) as u (run_id, node_key, kind, attempt)
    where t.run_id = u.run_id and t.node_key = u.node_key and t.kind = u.kind
      and (u.attempt is null or t.attempt = u.attempt)`,
};

/** Timers due before an instant, soonest first. Locks nothing. Parameters: instant, limit. */
export const TIMERS_DUE = {
  name: 'timers-due',
  text: `select run_id, node_key, kind, attempt, due_at from timer where due_at < $1 order by due_at limit $2`,
};
