/** Keeps a signal until a run waits for it. Parameters: namespace id, name, key, payload, actor, now, expiry. Result: id. */
export const INSERT_SIGNAL = {
  name: 'insert-signal',
  text: `insert into signal (namespace_id, name, key, payload, actor, created_at, expires_at)
    values ($1, $2, $3, $4::json, $5::json, $6, $7) returning id`,
};

/** The oldest signals that a wait could take. Parameters: namespace id, name, key (null: none), now, limit. */
export const MATCHING_SIGNALS = {
  name: 'matching-signals',
  text: `select * from signal where namespace_id = $1 and name = $2 and key is not distinct from $3 and expires_at > $4
    order by id limit $5`,
};

/** Signals that some run waits for, oldest first: what a server left behind that was stopped in between. Parameters: now, limit. */
export const WANTED_SIGNALS = {
  name: 'wanted-signals',
  text: `select s.*, n.run_id from signal s join node_run n
      on n.waiting_for = 'signal' and n.correlation = s.namespace_id || ':' || s.name || coalesce('/' || s.key, '')
    where s.expires_at > $1 order by s.id limit $2`,
};

/** Removes delivered signals; the statement's count tells whether all were still there. Parameter: ids. */
export const CONSUME_SIGNALS = {
  name: 'consume-signals',
  text: `delete from signal where id = any($1::bigint[])`,
};

/** Locks signals, so that only one transaction delivers each. Parameter: ids. Result: those that are still there. */
export const LOCK_SIGNALS = {
  name: 'lock-signals',
  text: `select id from signal where id = any($1::bigint[]) order by id for update`,
};

/** Forgets signals nobody waited for. Parameters: now, limit. */
export const DELETE_EXPIRED_SIGNALS = {
  name: 'delete-expired-signals',
  text: `delete from signal where id in (select id from signal where expires_at < $1 limit $2)`,
};
