/** Adds payloads; one that is there already is the same. Parameters: parallel arrays. */
export const INSERT_PAYLOADS = {
  name: 'insert-payloads',
  text: `insert into payload (run_id, sha256, content) select * from unnest($1::bigint[], $2::text[], $3::text[])
    on conflict do nothing`,
};

/** Parameters: run ids, digests (parallel). */
export const LOAD_PAYLOADS = {
  name: 'load-payloads',
  text: `select p.run_id, p.sha256, p.content from unnest($1::bigint[], $2::text[]) as k (run_id, sha256)
    join payload p on p.run_id = k.run_id and p.sha256 = k.sha256`,
};
