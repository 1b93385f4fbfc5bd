import { SyncError } from '@1688/core';
import type { Session } from './session.ts';

/** What the system catalog says about one schema: numbers are object ids, nothing is spelled as SQL yet. */
export interface Catalog {
  readonly oid: number;
  readonly name: string;
  readonly comment: string | null;
  readonly relations: readonly Relation[];
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly { readonly oid: number; readonly name: string; readonly table: number }[];
  readonly sequences: readonly Sequence[];
  readonly types: readonly TypeEntry[];
  readonly functions: readonly { readonly oid: number; readonly name: string; readonly head: string; readonly comment: string | null }[];
  readonly triggers: readonly { readonly oid: number; readonly name: string; readonly table: number; readonly enabled: string }[];
  /** `from` needs `to`; both as `class:oid`. */
  readonly dependencies: readonly { readonly from: string; readonly to: string }[];
  readonly omitted: readonly { readonly kind: string; readonly name: string }[];
}

export interface Relation {
  readonly oid: number;
  readonly name: string;
  /** r table, p partitioned table, v view, m materialized view. */
  readonly kind: 'r' | 'p' | 'v' | 'm';
  readonly unlogged: boolean;
  readonly partitionOf: number | null;
  readonly options: readonly string[] | null;
  readonly rowSecurity: boolean;
  readonly estimatedRows: number;
  readonly comment: string | null;
}

export interface Column {
  readonly table: number;
  readonly number: number;
  readonly name: string;
  readonly typeOid: number;
  readonly typeModifier: number;
  readonly notNull: boolean;
  /** '' none, s stored, v virtual. */
  readonly generated: '' | 's' | 'v';
  /** '' none, a always, d by default. */
  readonly identity: '' | 'a' | 'd';
  readonly collation: string | null;
  /** Set where it differs from the type's. */
  readonly storage: string | null;
  readonly defaultOid: number | null;
  readonly integer: boolean;
  readonly collatable: boolean;
  /** Has an equality that is found in pg_catalog. */
  readonly comparable: boolean;
  readonly comment: string | null;
}

export interface Constraint {
  readonly oid: number;
  readonly name: string;
  readonly kind: 'c' | 'p' | 'u' | 'x' | 'f';
  readonly table: number;
  readonly type: number;
  readonly references: number;
  readonly columns: readonly number[] | null;
  /** Of a foreign key: the columns that `columns` refer to, in the same order. */
  readonly referencedColumns: readonly number[] | null;
  readonly deferrable: boolean;
}

export interface Sequence {
  readonly oid: number;
  readonly name: string;
  readonly dataType: string;
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly ownerTable: number | null;
  readonly ownerColumn: number | null;
  readonly identity: boolean;
}

export interface TypeEntry {
  readonly oid: number;
  readonly name: string;
  /** e enum, d domain, c composite, r range. */
  readonly kind: 'e' | 'd' | 'c' | 'r';
  readonly relation: number;
  readonly labels: readonly string[] | null;
  readonly baseType: number;
  readonly baseModifier: number;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly collation: string | null;
  readonly subtype: number | null;
  readonly multirange: string | null;
}

const notOfExtension = (catalogTable: string, oid: string): string =>
  `not exists (select from pg_depend x where x.classid = '${catalogTable}'::regclass and x.objid = ${oid} and x.deptype = 'e')`;

const collationOf = (column: string, type: string): string => `(select quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
  from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace where co.oid = ${column} and ${column} <> ${type})`;

const relationsSql = `select c.oid::int8, c.relname as name, c.relkind as kind, c.relpersistence = 'u' as unlogged,
  (select i.inhparent::int8 from pg_inherits i where i.inhrelid = c.oid limit 1) as "partitionOf", c.relispartition as "isPartition",
  c.reloptions as options, c.relrowsecurity as "rowSecurity", greatest(c.reltuples, 0)::float8 as "estimatedRows", obj_description(c.oid, 'pg_class') as comment
  from pg_class c where c.relnamespace = $1::oid and c.relkind in ('r', 'p', 'v', 'm') and ${notOfExtension('pg_class', 'c.oid')} order by c.relname collate "C"`;

const columnsSql = `select a.attrelid::int8 as table, a.attnum::int4 as number, a.attname as name, a.atttypid::int8 as "typeOid", a.atttypmod as "typeModifier",
  a.attnotnull as "notNull", a.attgenerated as generated, a.attidentity as identity, ${collationOf('a.attcollation', 't.typcollation')} as collation,
  nullif(a.attstorage, t.typstorage) as storage, (select d.oid::int8 from pg_attrdef d where d.adrelid = a.attrelid and d.adnum = a.attnum) as "defaultOid",
  a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) as integer, t.typcollation <> 0 as collatable,
  t.typtype = 'b' and t.typnamespace = 'pg_catalog'::regnamespace and exists (select from pg_opclass o join pg_am m on m.oid = o.opcmethod and m.amname = 'btree' where o.opcintype = t.oid and o.opcdefault) as comparable,
  col_description(a.attrelid, a.attnum) as comment
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
  where c.relnamespace = $1::oid and c.relkind in ('r', 'p', 'v', 'm', 'c') and a.attnum > 0 and not a.attisdropped order by a.attrelid, a.attnum`;

const constraintsSql = `select n.oid::int8, n.conname as name, n.contype as kind, n.conrelid::int8 as table, n.contypid::int8 as type,
  n.confrelid::int8 as references, n.conkey::int4[] as columns, n.confkey::int4[] as "referencedColumns", n.condeferrable as deferrable
  from pg_constraint n left join pg_class c on c.oid = n.conrelid
  where n.connamespace = $1::oid and n.contype in ('c', 'p', 'u', 'x', 'f') and n.conparentid = 0 and (n.contypid <> 0 or n.conislocal)
    and (c.oid is null or ${notOfExtension('pg_class', 'c.oid')}) order by n.conname collate "C", n.oid`;

const indexesSql = `select c.oid::int8, c.relname as name, i.indrelid::int8 as table from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
  where c.relnamespace = $1::oid and t.relkind in ('r', 'p', 'm') and (i.indisvalid or t.relkind = 'p') and not exists (select from pg_constraint n where n.conindid = c.oid and n.contype in ('p', 'u', 'x'))
    and not exists (select from pg_inherits h where h.inhrelid = c.oid) and ${notOfExtension('pg_class', 't.oid')} order by c.relname collate "C"`;

const sequencesSql = `select c.oid::int8, c.relname as name, format_type(s.seqtypid, null) as "dataType", s.seqstart::text as start, s.seqincrement::text as increment,
  s.seqmin::text as min, s.seqmax::text as max, s.seqcache::text as cache, s.seqcycle as cycle,
  d.refobjid::int8 as "ownerTable", d.refobjsubid as "ownerColumn", coalesce(d.deptype = 'i', false) as identity
  from pg_sequence s join pg_class c on c.oid = s.seqrelid
  left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0
  where c.relnamespace = $1::oid and ${notOfExtension('pg_class', 'c.oid')} order by c.relname collate "C"`;

const typesSql = `select t.oid::int8, t.typname as name, t.typtype as kind, t.typrelid::int8 as relation,
  (select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid) as labels,
  t.typbasetype::int8 as "baseType", t.typtypmod as "baseModifier", t.typnotnull as "notNull", t.typdefault as default,
  ${collationOf('t.typcollation', "coalesce((select b.typcollation from pg_type b where b.oid = t.typbasetype), 0)")} as collation,
  r.rngsubtype::int8 as subtype, (select m.typname from pg_type m where m.oid = r.rngmultitypid) as multirange
  from pg_type t left join pg_range r on r.rngtypid = t.oid left join pg_class c on c.oid = t.typrelid
  where t.typnamespace = $1::oid and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c')) and ${notOfExtension('pg_type', 't.oid')}
  order by t.typname collate "C"`;

const functionsSql = `select p.oid::int8, p.proname as name,
  case p.prokind when 'p' then 'PROCEDURE ' else 'FUNCTION ' end || quote_ident(n.nspname) || '.' || quote_ident(p.proname) as head,
  obj_description(p.oid, 'pg_proc') as comment
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.oid = $1::oid and p.prokind in ('f', 'p', 'w') and ${notOfExtension('pg_proc', 'p.oid')}
  order by p.proname collate "C", p.oid`;

const triggersSql = `select t.oid::int8, t.tgname as name, t.tgrelid::int8 as table, t.tgenabled as enabled from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where c.relnamespace = $1::oid and not t.tgisinternal and t.tgparentid = 0 order by t.tgname collate "C", t.oid`;

/** Rows, rules and defaults count as the table or view they belong to; array and row types as what they are made of. */
const dependenciesSql = `with node as (
    select 'pg_class'::regclass::oid as class, c.oid, case when c.relkind = 'c' then 'type:' || c.reltype else 'relation:' || c.oid end as id
      from pg_class c where c.relnamespace = $1::oid and c.relkind in ('r', 'p', 'v', 'm', 'c')
    union all select 'pg_type'::regclass, t.oid, case when c.relkind <> 'c' then 'relation:' || c.oid else 'type:' || t.oid end
      from pg_type t left join pg_class c on c.oid = t.typrelid where t.typnamespace = $1::oid
    union all select 'pg_type'::regclass, t.typarray, case when c.relkind <> 'c' then 'relation:' || c.oid else 'type:' || t.oid end
      from pg_type t left join pg_class c on c.oid = t.typrelid where t.typnamespace = $1::oid and t.typarray <> 0
    union all select 'pg_type'::regclass, r.rngmultitypid, 'type:' || r.rngtypid from pg_range r join pg_type t on t.oid = r.rngtypid where t.typnamespace = $1::oid
    union all select 'pg_proc'::regclass, p.oid, 'function:' || p.oid from pg_proc p where p.pronamespace = $1::oid
    union all select 'pg_rewrite'::regclass, r.oid, 'relation:' || r.ev_class from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relnamespace = $1::oid
    union all select 'pg_constraint'::regclass, n.oid, 'type:' || n.contypid from pg_constraint n where n.connamespace = $1::oid and n.contypid <> 0
    union all select 'pg_attrdef'::regclass, d.oid, 'relation:' || d.adrelid from pg_attrdef d
      join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum and a.attgenerated <> '' join pg_class c on c.oid = d.adrelid where c.relnamespace = $1::oid)
  select distinct f.id as from, t.id as to from pg_depend d
    join node f on f.class = d.classid and f.oid = d.objid join node t on t.class = d.refclassid and t.oid = d.refobjid where f.id <> t.id`;

const omittedSql = `select 'aggregate' as kind, p.proname::text as name from pg_proc p where p.pronamespace = $1::oid and p.prokind = 'a' and ${notOfExtension('pg_proc', 'p.oid')}
  union all select 'operator', o.oprname from pg_operator o where o.oprnamespace = $1::oid and ${notOfExtension('pg_operator', 'o.oid')}
  union all select 'collation', c.collname from pg_collation c where c.collnamespace = $1::oid and ${notOfExtension('pg_collation', 'c.oid')}
  union all select 'text search configuration', c.cfgname from pg_ts_config c where c.cfgnamespace = $1::oid and ${notOfExtension('pg_ts_config', 'c.oid')}
  union all select 'extended statistics', s.stxname from pg_statistic_ext s where s.stxnamespace = $1::oid
  union all select 'foreign table', c.relname from pg_class c where c.relnamespace = $1::oid and c.relkind = 'f'
  union all select 'policy', p.polname from pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace = $1::oid
  union all select 'rule', r.rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class where c.relnamespace = $1::oid and r.rulename <> '_RETURN'
  union all select 'privilege', c.relname from pg_class c where c.relnamespace = $1::oid and c.relacl is not null
  union all select 'privilege', n.nspname from pg_namespace n where n.oid = $1::oid and n.nspacl is not null order by 1, 2`;

/**
 * Reads the catalog of one schema. Objects that belong to an extension are left out: they come with the extension.
 * @returns null when there is no such schema
 * @throws FEATURE_UNAVAILABLE for inherited tables, which a copy table by table cannot rebuild
 */
export async function readCatalog(session: Session, schema: string): Promise<Catalog | null> {
  const [namespace] = await session.query<{ oid: number; comment: string | null }>(
    `select n.oid::int8, obj_description(n.oid, 'pg_namespace') as comment from pg_namespace n where n.nspname = $1`, [schema]);
  if (!namespace) return null;
  const read = async <Row>(sql: string): Promise<Row[]> => (await session.query<Row & object>(sql, [namespace.oid])).map(withNumbers);
  const relations = await read<Relation & { isPartition: boolean }>(relationsSql);
  const inherited = relations.find((each) => each.partitionOf !== null && (!each.isPartition || !relations.some((other) => other.oid === each.partitionOf)));
  if (inherited) {
    throw new SyncError('FEATURE_UNAVAILABLE', `Expected tables of ${schema} to inherit from none, or to be partitions within the schema, received ${inherited.name}.`);
  }
  return {
    oid: Number(namespace.oid), name: schema, comment: namespace.comment, relations,
    columns: await read(columnsSql), constraints: await read(constraintsSql), indexes: await read(indexesSql), sequences: await read(sequencesSql),
    types: await read(typesSql), functions: await read(functionsSql), triggers: await read(triggersSql), dependencies: await read(dependenciesSql), omitted: await read(omittedSql),
  };
}

const oidColumns = ['oid', 'table', 'type', 'references', 'relation', 'partitionOf', 'typeOid', 'defaultOid', 'ownerTable', 'baseType', 'subtype'];

/** Object ids are unsigned 32 bits: they come as int8, which pg gives as text. */
function withNumbers<Row extends object>(row: Row): Row {
  const numbers = oidColumns.flatMap((name) => {
    const value = (row as Record<string, unknown>)[name];
    return typeof value === 'string' && /^\d+$/.test(value) ? [[name, Number(value)]] : [];
  });
  return { ...row, ...Object.fromEntries(numbers) };
}
