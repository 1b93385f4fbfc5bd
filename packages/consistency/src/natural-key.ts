import { has, type Catalog, type CatalogKey, type CatalogTable } from './catalog.ts';
import { isOurModel, naturalKeys, type NaturalKey } from './known-model.ts';
import { joined, type Session, type Sql } from './session.ts';

/** Keys that must be unique: those our model expects, and those of indexes that exist but are not valid. */
export function expectedKeys(catalog: Catalog): readonly NaturalKey[] {
  const ours = isOurModel(catalog) ? naturalKeys.filter((key) => has(catalog, key.columns.map((column) => `${key.table}.${column}`))) : [];
  const invalid = [...catalog.tables.values()].flatMap((table) => table.keys
    .filter((key) => !key.valid && key.condition === null)
    .map((key): NaturalKey => ({ table: table.name, columns: key.columns })));
  return [...ours, ...invalid.filter((key) => !ours.some((other) => other.table === key.table && sameColumns(other.columns, key.columns)))];
}

/** True when a valid unique index forbids duplicates of this key. */
export function isUpheld(table: CatalogTable, key: NaturalKey): boolean {
  return table.keys.some((index) => index.valid && sameColumns(index.columns, key.columns) && hasCondition(index, key));
}

function hasCondition({ condition }: CatalogKey, { when }: NaturalKey): boolean {
  if (condition === null || when === undefined) return condition === null;
  return condition === `(${when.column} IS ${when.isNull ? 'NULL' : 'NOT NULL'})`;
}

/** The condition under which the row `t` takes part in the key. */
export function keyCondition(session: Session, { columns, when }: NaturalKey): Sql {
  const told = columns.map((column) => session.sql('? is not null', [session.column(column)]));
  const limited = when ? [session.sql(when.isNull ? '? is null' : '? is not null', [session.column(when.column)])] : [];
  return joined(session, [...told, ...limited], ' and ');
}

function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((column) => b.includes(column));
}
