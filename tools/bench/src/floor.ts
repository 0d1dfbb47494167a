import type pg from 'pg';

/** States written by one commit of the floor. */
const BATCH = 500;
const OUTPUT = JSON.stringify({ data: 'x'.repeat(989) });

/**
 * The floor without worker and engine: one connection that inserts node states with their outputs in batches, one commit
 * each, on the same database. Nothing that keeps the same states durably can be faster.
 */
export async function bareInsertLoop(client: pg.Client, count: number): Promise<void> {
  await client.query(
    'create table if not exists bench_floor (run_id bigint, node_key text, state text, output json, primary key (run_id, node_key))',
  );
  await client.query('truncate bench_floor');
  for (let done = 0; done < count; done += BATCH) {
    const size = Math.min(BATCH, count - done);
    const places = Array.from({ length: size }, (_, i) => done + i);
    await client.query({
      name: 'bench-floor',
      text: `insert into bench_floor select run_id, node_key, 'succeeded', output::json
        from unnest($1::bigint[], $2::text[], $3::text[]) as f (run_id, node_key, output)`,
      values: [places, places.map((i) => `n${i}`), places.map(() => OUTPUT)],
    });
  }
}
