import { SyncError } from '@1688/core';
import { quoteName } from '@1688/db';
import type { Catalog, Column, Constraint, Relation } from './catalog.ts';
import type { Session } from './session.ts';

/** Rows of a backup that are wanted. */
export interface RowSelection {
  readonly table: string;
  /** Only rows that have one of `values` here, as text; with them come all rows that belong to them. Without it: the whole table. */
  readonly column?: string;
  readonly values?: readonly string[];
}

/** The rows that were picked, by table: each temporary table holds where they lie in the restored schema. */
export interface Picks {
  readonly tables: readonly Relation[];
  /** `pg_temp.pick_…` with the columns `part` and `place`. */
  nameOf(table: Relation): string;
}

/** Tables as a person sees them: a partitioned one is one. */
export function wholeTables({ relations }: Catalog): Relation[] {
  return relations.filter((each) => each.kind === 'p' || each.kind === 'r').filter((each) => each.partitionOf === null);
}

export function columnsOf({ columns }: Catalog, table: number): Column[] {
  return columns.filter((each) => each.table === table);
}

/** Foreign keys between tables of the schema. */
export function foreignKeys(catalog: Catalog): Constraint[] {
  const known = new Set(wholeTables(catalog).map((each) => each.oid));
  return catalog.constraints.filter((each) => each.kind === 'f' && known.has(each.table) && known.has(each.references));
}

/**
 * Picks the selected rows, all that belong to them (rows that refer to them, and so on), and all that these need (rows they refer
 * to, and so on), so that no foreign key is left without its row. Needs an open transaction.
 * @throws ARGUMENT_INVALID for a table or column that the backup lacks
 */
export async function pickRows(session: Session, catalog: Catalog, selections: readonly RowSelection[]): Promise<Picks> {
  const tables = wholeTables(catalog);
  const nameOf = ({ oid }: Relation): string => `pg_temp.pick_${oid}`;
  const inSchema = ({ name }: Relation): string => `${quoteName(catalog.name)}.${quoteName(name)}`;
  for (const table of tables) await session.query(`create temp table ${nameOf(table).slice('pg_temp.'.length)} (part oid, place tid, whole boolean, primary key (part, place)) on commit drop`);

  for (const { table: name, column, values } of selections) {
    const table = tables.find((each) => each.name === name);
    if (!table) throw new SyncError('ARGUMENT_INVALID', `Expected a table of the backup, received ${JSON.stringify(name)}.`, { hint: `It has ${tables.map((each) => each.name).join(', ')}.` });
    if (column !== undefined && !columnsOf(catalog, table.oid).some((each) => each.name === column)) throw new SyncError('ARGUMENT_INVALID', `Expected a column of ${name}, received ${JSON.stringify(column)}.`);
    const condition = column === undefined ? 'true' : `t.${quoteName(column)}::pg_catalog.text = any ($1::pg_catalog.text[])`;
    await session.query(`insert into ${nameOf(table)} select t.tableoid, t.ctid, ${column === undefined} from ${inSchema(table)} as t where ${condition} on conflict do nothing`, column === undefined ? [] : [values ?? []]);
  }

  const edges = foreignKeys(catalog).map((key) => {
    const [child, parent] = [tables.find((each) => each.oid === key.table) as Relation, tables.find((each) => each.oid === key.references) as Relation];
    const named = (table: Relation, numbers: readonly number[] | null): string[] => (numbers ?? []).map((number) => quoteName(columnsOf(catalog, table.oid).find((each) => each.number === number)?.name ?? ''));
    const [from, to] = [named(child, key.columns), named(parent, key.referencedColumns)];
    return { child, parent, match: from.map((name, at) => `c.${name} = p.${to[at]}`).join(' and ') };
  });
  const follow = async (direction: 'children' | 'parents'): Promise<void> => {
    for (let grown = true; grown;) {
      grown = false;
      for (const { child, parent, match } of edges) {
        const [known, alias, found, foundAlias] = direction === 'children' ? [parent, 'p', child, 'c'] : [child, 'c', parent, 'p'];
        // Only what was asked for by its values brings along what belongs to it; a table as a whole does not.
        const only = direction === 'children' ? ' and not k.whole' : '';
        const rows = await session.query(`insert into ${nameOf(found)} select ${foundAlias}.tableoid, ${foundAlias}.ctid, false from ${nameOf(known)} as k
          join ${inSchema(known)} as ${alias} on ${alias}.tableoid = k.part and ${alias}.ctid = k.place${only} join ${inSchema(found)} as ${foundAlias} on ${match}
          on conflict do nothing returning 1`);
        grown ||= rows.length > 0;
      }
    }
  };
  await follow('children');
  await follow('parents');
  return { tables, nameOf };
}
