import type { Queries } from './migration-table.ts';
import { quoteName } from './quote-name.ts';

/** One thing of a schema and how it is made, without the schema's own name. */
export interface SchemaPart {
  readonly kind: 'table' | 'column' | 'constraint' | 'index' | 'function';
  /** `products`, `products.title`, `products_price`, `grams(text)` */
  readonly name: string;
  readonly definition: string;
}

/** Every table, column, constraint, index and function of a schema, as the system's catalog tells it. */
export async function describeSchema(client: Queries, schema: string): Promise<SchemaPart[]> {
  const { rows } = await client.query(`
    with tables as (select c.oid, c.relname, c.relkind from pg_class c where c.relnamespace = to_regnamespace(${literal(quoteName(schema))}) and c.relkind in ('r', 'p'))
    select 'table' as kind, relname as name, case relkind when 'p' then 'partitioned' else '' end as definition from tables
    union all
    select 'column', t.relname || '.' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
        case when a.attidentity <> '' then 'identity' end, 'default ' || pg_get_expr(d.adbin, d.adrelid), case when a.attcollation = 950 then 'collate "C"' end)
      from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
    union all
    select 'constraint', t.relname || '.' || k.conname, pg_get_constraintdef(k.oid) from tables t join pg_constraint k on k.conrelid = t.oid where k.contype <> 'n'
    union all
    select 'index', c.relname, pg_get_indexdef(i.indexrelid) || case when i.indisvalid then '' else ' invalid' end
      from tables t join pg_index i on i.indrelid = t.oid join pg_class c on c.oid = i.indexrelid
    union all
    select 'function', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = to_regnamespace(${literal(quoteName(schema))})
    order by 1, 2`);
  return (rows as SchemaPart[]).map((part) => ({ ...part, definition: unqualified(part.definition, schema) }));
}

/** PostgreSQL quotes a name only where it must. */
function unqualified(definition: string, schema: string): string {
  return definition.replaceAll(`${quoteName(schema)}.`, '').replaceAll(`${schema}.`, '');
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
