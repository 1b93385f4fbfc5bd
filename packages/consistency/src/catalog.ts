import type { Session } from './session.ts';

export interface CatalogColumn {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** Computed by PostgreSQL; cannot be written. */
  readonly generated: boolean;
}

export interface CatalogKey {
  readonly name: string;
  readonly columns: readonly string[];
  /** The WHERE of a partial index, as PostgreSQL prints it, or null. */
  readonly condition: string | null;
  readonly primary: boolean;
  readonly valid: boolean;
}

export interface CatalogSequence {
  readonly name: string;
  readonly column: string;
}

export interface CatalogTable {
  readonly name: string;
  readonly columns: ReadonlyMap<string, CatalogColumn>;
  /** Unique indexes over plain columns, the primary key among them. */
  readonly keys: readonly CatalogKey[];
  readonly primaryKey: readonly string[];
  readonly sequences: readonly CatalogSequence[];
}

export interface CatalogReference {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly parentSchema: string;
  readonly parent: string;
  readonly parentColumns: readonly string[];
  readonly validated: boolean;
  /** False when a trigger that enforces it is switched off. */
  readonly enforced: boolean;
}

/** What PostgreSQL itself says about one schema. Partitions are seen through their parent. */
export interface Catalog {
  readonly schema: string;
  readonly tables: ReadonlyMap<string, CatalogTable>;
  readonly references: readonly CatalogReference[];
}

export async function readCatalog(session: Session): Promise<Catalog> {
  const [columns, keys, sequences, references] = [
    await session.rows<ColumnRow>(session.sql(columnsSql, [session.schema])),
    await session.rows<KeyRow>(session.sql(keysSql, [session.schema])),
    await session.rows<SequenceRow>(session.sql(sequencesSql, [session.schema])),
    await session.rows<ReferenceRow>(session.sql(referencesSql, [session.schema])),
  ];
  const tables = new Map<string, CatalogTable>();
  for (const [name, own] of Map.groupBy(columns, (row) => row.table_name)) {
    const ownKeys = keys.filter((row) => row.table_name === name).map(({ table_name: _, ...key }) => key);
    tables.set(name, {
      name,
      columns: new Map(own.map(({ table_name: _, ...column }) => [column.name, column])),
      keys: ownKeys,
      primaryKey: ownKeys.find((key) => key.primary)?.columns ?? [],
      sequences: sequences.filter((row) => row.table_name === name).map(({ table_name: _, ...sequence }) => sequence),
    });
  }
  return { schema: session.schema, tables, references: references.map(toReference) };
}

/** True when every `table` or `table.column` of the list exists. */
export function has(catalog: Catalog, names: readonly string[]): boolean {
  return names.every((name) => {
    const [table = '', column] = name.split('.');
    const known = catalog.tables.get(table);
    return known !== undefined && (column === undefined || known.columns.has(column));
  });
}

interface ColumnRow extends CatalogColumn { readonly table_name: string }
interface KeyRow extends CatalogKey { readonly table_name: string }
interface SequenceRow extends CatalogSequence { readonly table_name: string }
interface ReferenceRow {
  readonly name: string; readonly table_name: string; readonly columns: string[];
  readonly parent_schema: string; readonly parent: string; readonly parent_columns: string[];
  readonly validated: boolean; readonly enforced: boolean;
}

const toReference = (row: ReferenceRow): CatalogReference => ({
  name: row.name, table: row.table_name, columns: row.columns,
  parentSchema: row.parent_schema, parent: row.parent, parentColumns: row.parent_columns,
  validated: row.validated, enforced: row.enforced,
});

const columnsSql = `
select c.relname::text as table_name, a.attname::text as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
  a.attnotnull as required, a.attgenerated <> '' as generated
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = ? and c.relkind in ('r', 'p') and not c.relispartition
order by c.relname, a.attnum`;

const keysSql = `
select c.relname::text as table_name, x.relname::text as name, i.indisprimary as "primary", i.indisvalid as valid,
  pg_catalog.pg_get_expr(i.indpred, i.indrelid) as condition,
  (select array_agg(a.attname::text order by k.place)
   from unnest(i.indkey::int2[]) with ordinality as k (number, place)
   join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
   where k.place <= i.indnkeyatts) as columns
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_class x on x.oid = i.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = ? and c.relkind in ('r', 'p') and not c.relispartition and i.indisunique and i.indexprs is null
order by c.relname, x.relname`;

const sequencesSql = `
select c.relname::text as table_name, s.relname::text as name, a.attname::text as column
from pg_catalog.pg_depend d
join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
join pg_catalog.pg_class c on c.oid = d.refobjid
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.oid = s.relnamespace
where n.nspname = ? and d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
  and d.deptype in ('a', 'i') and c.relkind in ('r', 'p') and not c.relispartition
order by c.relname, s.relname`;

const referencesSql = `
select f.conname::text as name, c.relname::text as table_name, pn.nspname::text as parent_schema, p.relname::text as parent,
  f.convalidated as validated,
  not exists (select from pg_catalog.pg_trigger g where g.tgconstraint = f.oid and g.tgenabled = 'D') as enforced,
  (select array_agg(a.attname::text order by k.place) from unnest(f.conkey) with ordinality as k (number, place)
   join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.number) as columns,
  (select array_agg(a.attname::text order by k.place) from unnest(f.confkey) with ordinality as k (number, place)
   join pg_catalog.pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.number) as parent_columns
from pg_catalog.pg_constraint f
join pg_catalog.pg_class c on c.oid = f.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_class p on p.oid = f.confrelid
join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
where n.nspname = ? and f.contype = 'f' and not c.relispartition
order by c.relname, f.conname`;
