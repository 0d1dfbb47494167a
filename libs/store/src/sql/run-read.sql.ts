/** Columns of a run as people read it, payload columns left out: they are fetched when somebody opens them. */
const RUN = `select r.id, r.id as run_id, r.namespace_id, r.workflow_id, r.graph_id, r.graph_path, r.version, r.rerun_of,
    r.parent_run_id, r.parent_node_key, r.item_index, r.item_label, r.item_try, r.depth, r.created_at, r.trigger_kind,
    r.trigger_actor, r.state, r.started_at, r.ended_at, r.error, r.warnings, r.engine, r.resolution, w.name as workflow_name
  from run r join workflow w on w.id = r.workflow_id`;

/** Parameter: ids. */
export const GET_RUNS = { name: 'get-runs', text: `${RUN} where r.id = any($1::bigint[])` };

/** Input, context and output of one run. Parameter: id. */
export const RUN_PAYLOADS = {
  name: 'run-payloads',
  text: `select id as run_id, input, context, output, engine from run where id = $1`,
};

/**
 * The conditions of a run list; a null parameter leaves its condition out. Parameters: namespace id, workflow id, states,
 * created from, created before, exact id, part of the workflow's name, with child runs, parent run id, unresolved failures only.
 */
const MATCHES = `r.namespace_id = $1 and ($2::bigint is null or r.workflow_id = $2)
  and ($3::text[] is null or r.state = any($3)) and ($4::timestamptz is null or r.created_at >= $4)
  and ($5::timestamptz is null or r.created_at < $5)
  and (($6::bigint is null and $7::text is null) or r.id = $6 or strpos(lower(w.name), lower($7)) > 0)
  and ($8 or r.parent_run_id is null) and ($9::bigint is null or r.parent_run_id = $9)
  and (not $10 or (r.state = 'failed' and r.resolution is null))`;

/** Newest first. Further parameters: id before (null: from the newest), limit. */
export const LIST_RUNS = {
  name: 'list-runs',
  text: `${RUN} where ${MATCHES} and ($11::bigint is null or r.id < $11) order by r.id desc limit $12`,
};

/** Ids alone, newest first. Further parameter: limit. */
export const LIST_RUN_IDS = {
  name: 'list-run-ids',
  text: `select r.id from run r join workflow w on w.id = r.workflow_id where ${MATCHES} order by r.id desc limit $11`,
};

/** Counted to a bound, because counting everything would read everything. Further parameter: the bound. */
export const COUNT_RUNS = {
  name: 'count-runs',
  text: `select count(*)::int as count from (
    select 1 from run r join workflow w on w.id = r.workflow_id where ${MATCHES} limit $11) t`,
};

/** The newest runs of each workflow. Parameters: workflow ids, count per workflow. */
export const LAST_RUNS = {
  name: 'last-runs',
  text: `select r.* from unnest($1::bigint[]) as k (workflow_id) cross join lateral (
      ${RUN} where r.workflow_id = k.workflow_id and r.parent_run_id is null order by r.id desc limit $2::int) r
    order by r.id desc`,
};

/** Runs that repeat one, newest first. Parameters: id, limit. */
export const RERUNS_OF = {
  name: 'reruns-of',
  text: `${RUN} where r.rerun_of = $1 order by r.id desc limit $2`,
};

/**
 * Child runs of one node, of each item the last try, in item order. Parameters: parent run id, node key, states (null: any),
 * part of the label (null: any), index after, limit.
 */
export const LIST_ITEMS = {
  name: 'list-items',
  text: `select * from (
      select distinct on (r.item_index) r.* from (${RUN} where r.parent_run_id = $1 and r.parent_node_key = $2) r
      order by r.item_index, r.id desc) r
    where ($3::text[] is null or r.state = any($3)) and ($4::text is null or strpos(lower(r.item_label), lower($4)) > 0)
      and r.item_index > $5 order by r.item_index limit $6`,
};

/** How many there are. Parameters: as above without the last two. */
export const COUNT_ITEMS = {
  name: 'count-items',
  text: `select count(*)::int as count from (
      select distinct on (item_index) state, item_label from run where parent_run_id = $1 and parent_node_key = $2
      order by item_index, id desc) r
    where ($3::text[] is null or r.state = any($3)) and ($4::text is null or strpos(lower(r.item_label), lower($4)) > 0)`,
};

/** Notes who took care of runs, or (null) that nobody did. Parameters: ids, resolution. Result: ids of failed runs among them. */
export const RESOLVE_RUNS = {
  name: 'resolve-runs',
  text: `update run set resolution = $2::json where id = any($1::bigint[]) and state in ('failed', 'canceled') returning id`,
};

/** What the child runs of a run gave. Parameter: run id. */
export const CHILD_OUTPUTS = {
  name: 'child-outputs',
  text: `select concat_ws('/', parent_node_key, parent_generation, item_index, item_try) as key, id as run_id, output, engine
    from run where parent_run_id = $1 and state = 'succeeded'`,
};
