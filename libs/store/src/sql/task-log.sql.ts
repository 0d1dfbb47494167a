/** Appends lines. Parameters: day, then parallel arrays. Result: ids in the order of the arrays (`ordinality` keeps it). */
export const INSERT_LOG_LINES = {
  name: 'insert-log-lines',
  text: `insert into task_log (day, run_id, node_key, attempt, at, level, message, fields)
    select $1::date, run_id, node_key, attempt, at, level, message, fields
    from unnest($2::bigint[], $3::text[], $4::int[], $5::timestamptz[], $6::smallint[], $7::text[], $8::json[])
      with ordinality as u (run_id, node_key, attempt, at, level, message, fields, place)
    order by place returning id`,
};

/** Counts lines that were lost. Parameters: run ids, node keys, counts (parallel). */
export const ADD_LOG_DROPS = {
  name: 'add-log-drops',
  text: `insert into task_log_drop as d (run_id, node_key, count)
    select * from unnest($1::bigint[], $2::text[], $3::bigint[])
    on conflict (run_id, node_key) do update set count = d.count + excluded.count`,
};

/** Parameters: run id, node key. */
export const GET_LOG_DROPS = {
  name: 'get-log-drops',
  text: `select count::int from task_log_drop where run_id = $1 and node_key = $2`,
};

/**
 * One page of lines, newest or oldest first. Parameters: run id, node key, lowest level, text that the message
 * contains (null: any), attempt (null: any), id after, id before (null: open), limit.
 */
const PAGE = `select id, attempt, at, level, message, fields from task_log
  where run_id = $1 and node_key = $2 and level >= $3
    and ($4::text is null or strpos(lower(message), lower($4)) > 0) and ($5::int is null or attempt = $5)
    and ($6::bigint is null or id > $6) and ($7::bigint is null or id < $7)`;

export const LOG_PAGE_NEWEST = {
  name: 'log-page-newest',
  text: `${PAGE} order by id desc limit $8`,
};
export const LOG_PAGE_OLDEST = { name: 'log-page-oldest', text: `${PAGE} order by id limit $8` };

/** Days that have a partition, as its name `task_log_YYYYMMDD`. */
export const LOG_PARTITIONS = {
  name: 'log-partitions',
  text: `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'task_log'::regclass order by 1`,
};
