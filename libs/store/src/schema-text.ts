import type { Sql } from './database.js';

/**
 * The schema of a database as text, from its catalogs: columns, constraints with their expressions, indexes with their
 * predicates. Sorted, so that two databases of the same schema give the same text.
 */
export async function schemaText(sql: Sql): Promise<string> {
  const rows = await sql.rows<{ line: string }>({ text: CATALOG });
  return `-- Written by \`UPDATE_SCHEMA=1 npx vitest run --project database libs/store\`. Do not edit.\n${rows.map((row) => row.line).join('\n')}\n`;
}

const CATALOG = `
  with tables as (
    select c.oid, c.relname, c.reloptions, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migrations')
  select line from (
    select relname, 1 as part, 0 as place, 'table ' || relname
      || case when relkind = 'p' then ' partition by ' || pg_get_partkeydef(oid) else '' end
      || coalesce(' with (' || array_to_string(reloptions, ', ') || ')', '') as line from tables
    union all
    select t.relname, 2, a.attnum, '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
      || case when a.attnotnull then ' not null' else '' end
      || case when a.attidentity <> '' then ' identity' else '' end
      || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
      from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
    union all
    select t.relname, 3, row_number() over (order by c.conname), '  ' || c.conname || ': ' || pg_get_constraintdef(c.oid)
      from tables t join pg_constraint c on c.conrelid = t.oid and c.contype <> 'n'
    union all
    select t.relname, 4, row_number() over (order by i.relname), '  ' || pg_get_indexdef(i.oid)
      from tables t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
      where not exists (select 1 from pg_constraint c where c.conindid = i.oid)
  ) lines order by relname, part, place`;
