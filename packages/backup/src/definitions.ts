import { quoteName } from '@1688/db';
import type { Catalog } from './catalog.ts';
import type { Session } from './session.ts';

/** Definitions as PostgreSQL spells them, by object id, with names of the schema itself unqualified. */
export interface Definitions {
  readonly constraints: ReadonlyMap<number, string>;
  readonly indexes: ReadonlyMap<number, string>;
  readonly triggers: ReadonlyMap<number, string>;
  readonly views: ReadonlyMap<number, string>;
  readonly functions: ReadonlyMap<number, string>;
  /** Expressions of defaults and generated columns, by the default's id. */
  readonly expressions: ReadonlyMap<number, string>;
  readonly partitionKeys: ReadonlyMap<number, string>;
  readonly partitionBounds: ReadonlyMap<number, string>;
  readonly signatures: ReadonlyMap<number, string>;
  /** By `typeKey`. */
  readonly types: ReadonlyMap<string, string>;
}

export const typeKey = (oid: number, modifier: number): string => `${oid}:${modifier}`;

const ids = 'from pg_catalog.unnest($1::pg_catalog.oid[]) as t(o)';

/**
 * What each query may say: PostgreSQL leaves the schema out of names that the search path finds first, so the schema stands first
 * there. For the same reason these queries name no function or operator without pg_catalog: the schema could hold others of that name.
 */
const queries = {
  constraints: `select o::pg_catalog.int8 as id, pg_catalog.pg_get_constraintdef(o, false) as text ${ids}`,
  // Only the pretty form leaves the schema out.
  indexes: `select o::pg_catalog.int8 as id, pg_catalog.pg_get_indexdef(o, 0, true) as text ${ids}`,
  triggers: `select o::pg_catalog.int8 as id, pg_catalog.pg_get_triggerdef(o, true) as text ${ids}`,
  views: `select o::pg_catalog.int8 as id, pg_catalog.pg_get_viewdef(o, false) as text ${ids}`,
  functions: `select o::pg_catalog.int8 as id, pg_catalog.pg_get_functiondef(o) as text ${ids}`,
  partitionKeys: `select o::pg_catalog.int8 as id, pg_catalog.pg_get_partkeydef(o) as text ${ids}`,
  signatures: `select o::pg_catalog.int8 as id, o::pg_catalog.regprocedure::pg_catalog.text as text ${ids}`,
  expressions: `select d.oid::pg_catalog.int8 as id, pg_catalog.pg_get_expr(d.adbin, d.adrelid, false) as text
    from pg_catalog.pg_attrdef d where d.oid operator(pg_catalog.=) any ($1::pg_catalog.oid[])`,
  partitionBounds: `select c.oid::pg_catalog.int8 as id, pg_catalog.pg_get_expr(c.relpartbound, c.oid, false) as text
    from pg_catalog.pg_class c where c.oid operator(pg_catalog.=) any ($1::pg_catalog.oid[])`,
};

/** Needs a transaction: it ends the changed search path should a query fail. */
export async function readDefinitions(session: Session, catalog: Catalog): Promise<Definitions> {
  await session.query('select pg_catalog.set_config($1, $2, true)', ['search_path', `${quoteName(catalog.name)}, pg_catalog, pg_temp`]);
  const define = async (query: keyof typeof queries, objects: readonly { readonly oid: number }[]): Promise<Map<number, string>> => {
    const rows = await session.query<{ id: string; text: string }>(queries[query], [objects.map((each) => each.oid)]);
    return new Map(rows.map(({ id, text }) => [Number(id), text]));
  };
  const { relations, columns } = catalog;
  const functions = await define('functions', catalog.functions);
  const definitions = {
    constraints: await define('constraints', catalog.constraints),
    indexes: await define('indexes', catalog.indexes),
    triggers: await define('triggers', catalog.triggers),
    views: await define('views', relations.filter((each) => each.kind === 'v' || each.kind === 'm')),
    functions: new Map(catalog.functions.map(({ oid, head }) => [oid, withoutSchema(functions.get(oid) ?? '', head)])),
    expressions: await define('expressions', columns.flatMap((each) => (each.defaultOid === null ? [] : [{ oid: each.defaultOid }]))),
    partitionKeys: await define('partitionKeys', relations.filter((each) => each.kind === 'p')),
    partitionBounds: await define('partitionBounds', relations.filter((each) => each.partitionOf !== null)),
    signatures: await define('signatures', catalog.functions),
    types: await formatTypes(session, catalog),
  };
  await session.query('select pg_catalog.set_config($1, $2, true)', ['search_path', 'pg_catalog']);
  return definitions;
}

/** PostgreSQL always qualifies the name in the head of a function, and only there in a fixed place. */
function withoutSchema(definition: string, head: string): string {
  const kind = head.slice(0, head.indexOf(' ') + 1);
  const start = `CREATE OR REPLACE ${head}`;
  if (!definition.startsWith(start)) return definition;
  // quote_ident(schema) + '.' + quote_ident(name): the name begins after a dot outside of quotes.
  const name = head.slice(kind.length).replace(/^("(?:[^"]|"")*"|[^".]+)\./, '');
  return `CREATE OR REPLACE ${kind}${name}${definition.slice(start.length)}`;
}

async function formatTypes(session: Session, { columns, types }: Catalog): Promise<Map<string, string>> {
  const wanted = [
    ...columns.map((each) => [each.typeOid, each.typeModifier] as const),
    ...types.flatMap((each) => (each.kind === 'd' ? [[each.baseType, each.baseModifier] as const] : each.subtype === null ? [] : [[each.subtype, -1] as const])),
  ];
  const rows = await session.query<{ id: string; modifier: number; text: string }>(
    `select o::pg_catalog.int8 as id, m as modifier, pg_catalog.format_type(o, m) as text
     from rows from (pg_catalog.unnest($1::pg_catalog.oid[]), pg_catalog.unnest($2::pg_catalog.int4[])) as t(o, m)`,
    [wanted.map(([oid]) => oid), wanted.map(([, modifier]) => modifier)],
  );
  return new Map(rows.map(({ id, modifier, text }) => [typeKey(Number(id), modifier), text]));
}
