/** Columns of a run as people read it. */
const RUN = `select r.*, w.name as workflow_name from run r join workflow w on w.id = r.workflow_id`;

/** Parameter: ids. */
export const GET_RUNS = { name: 'get-runs', text: `${RUN} where r.id = any($1::bigint[])` };

/**
 * The conditions of a run list; a null parameter leaves its condition out. Parameters: namespace id, workflow id, states,
 * created from, created before, exact id, part of the workflow's name.
 */
const MATCHES = `r.namespace_id = $1 and ($2::bigint is null or r.workflow_id = $2)
  and ($3::text[] is null or r.state = any($3)) and ($4::timestamptz is null or r.created_at >= $4)
  and ($5::timestamptz is null or r.created_at < $5)
  and (($6::bigint is null and $7::text is null) or r.id = $6 or strpos(lower(w.name), lower($7)) > 0)`;

/** Newest first. Further parameters: id before (null: from the newest), limit. */
export const LIST_RUNS = {
  name: 'list-runs',
  text: `${RUN} where ${MATCHES} and ($8::bigint is null or r.id < $8) order by r.id desc limit $9`,
};

/** Counted to a bound, because counting everything would read everything. Further parameter: the bound. */
export const COUNT_RUNS = {
  name: 'count-runs',
  text: `select count(*)::int as count from (
    select 1 from run r join workflow w on w.id = r.workflow_id where ${MATCHES} limit $8) t`,
};

/** The newest runs of each workflow. Parameters: workflow ids, count per workflow. */
export const LAST_RUNS = {
  name: 'last-runs',
  text: `select r.*, w.name as workflow_name from workflow w
    cross join lateral (select * from run where workflow_id = w.id order by id desc limit $2::int) r
    where w.id = any($1::bigint[]) order by r.id desc`,
};

/** Parameter: ids. */
export const RUN_SEQS = {
  name: 'run-seqs',
  text: `select id, seq from run where id = any($1::bigint[])`,
};
