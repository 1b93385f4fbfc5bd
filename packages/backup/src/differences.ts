import { isSyncError, throwIfAborted } from '@1688/core';
import { quoteName } from '@1688/db';
import { readCatalog, type Catalog, type Column } from './catalog.ts';
import type { Manifest } from './manifest.ts';
import { literal } from './schema-statements.ts';
import type { Session } from './session.ts';

/** How one table of the live schema and of the restored one differ, in rows. Tables without a key have no `changed`; a live one that the server cannot read for damage counts as empty. */
export interface TableDifference {
  readonly table: string;
  /** Rows that applying the restore would take away. */
  readonly onlyLive: number;
  /** Rows that it would bring back. */
  readonly onlyBackup: number;
  /** Rows that both have, with other values. */
  readonly changed: number;
}

/** Compares the columns that both have; tables that are equal are left out. */
export async function compareSchemas(session: Session, live: string, restored: string, manifest: Manifest, signal: AbortSignal | undefined): Promise<TableDifference[]> {
  const catalogs = { live: await readCatalog(session, live), restored: await readCatalog(session, restored) };
  const names = new Set(manifest.tables.filter((each) => each.included).map((each) => each.name));
  // A table that the backup left out on purpose, such as its own leases, is no difference.
  const left = new Set(manifest.tables.filter((each) => !each.included).map((each) => each.name));
  for (const { name } of leaves(catalogs.live)) if (!left.has(name)) names.add(name);
  const differences: TableDifference[] = [];
  for (const table of [...names].toSorted()) {
    throwIfAborted(signal, 'The restore');
    const [inLive, inRestored] = [columnsOf(catalogs.live, table), columnsOf(catalogs.restored, table)];
    const comparing = inLive && inRestored
      ? compareTables(session, live, restored, table, keyOf(manifest, table), inLive, inRestored)
      : countBoth(session, inLive ? live : null, table, manifest);
    const difference = { table, ...(await comparing.catch((error: unknown) => {
      if (!isDamagedTable(error)) throw error;
      return countBoth(session, null, table, manifest);
    })) };
    if (difference.onlyLive + difference.onlyBackup + difference.changed > 0) differences.push(difference);
  }
  return differences;
}

function leaves(catalog: Catalog | null): Catalog['relations'] {
  return (catalog?.relations ?? []).filter((each) => each.kind === 'r');
}

function columnsOf(catalog: Catalog | null, table: string): readonly Column[] | null {
  const relation = leaves(catalog).find((each) => each.name === table);
  return relation ? (catalog?.columns ?? []).filter((each) => each.table === relation.oid && each.generated === '') : null;
}

function keyOf(manifest: Manifest, table: string): readonly string[] {
  return manifest.tables.find((each) => each.name === table)?.key ?? [];
}

/** The server's own files are not as it wrote them: somebody restores because of that, so it must not be in the way. */
function isDamagedTable(error: unknown): boolean {
  return isSyncError(error) && error.code === 'DB_CORRUPT';
}

/** The rows of the restored table are those of the backup: that was proven when they were loaded. */
async function countBoth(session: Session, live: string | null, table: string, { tables }: Manifest): Promise<Omit<TableDifference, 'table'>> {
  return { onlyLive: live === null ? 0 : await countRows(session, live, table), onlyBackup: tables.find((each) => each.name === table)?.rows ?? 0, changed: 0 };
}

async function countRows(session: Session, schema: string, table: string): Promise<number> {
  const [row] = await session.query<{ rows: string }>(`select count(*) as rows from only ${quoteName(schema)}.${quoteName(table)}`);
  return Number(row?.rows ?? 0);
}

async function compareTables(session: Session, live: string, restored: string, table: string, key: readonly string[], inLive: readonly Column[], inRestored: readonly Column[]): Promise<Omit<TableDifference, 'table'>> {
  const shared = inRestored.filter((each) => inLive.some((other) => other.name === each.name));
  const [a, b] = [`${quoteName(live)}.${quoteName(table)}`, `${quoteName(restored)}.${quoteName(table)}`];
  const keyed = key.length > 0 && key.every((name) => shared.some((each) => each.name === name));
  const sql = keyed ? keyedSql(a, b, key, shared) : unkeyedSql(a, b, shared);
  const [row] = await session.query<{ onlyLive: string; onlyBackup: string; changed: string }>(sql);
  return { onlyLive: Number(row?.onlyLive ?? 0), onlyBackup: Number(row?.onlyBackup ?? 0), changed: Number(row?.changed ?? 0) };
}

function keyedSql(a: string, b: string, key: readonly string[], shared: readonly Column[]): string {
  const first = quoteName(key[0] ?? '');
  const join = shared.filter((each) => key.includes(each.name)).map((each) => `${value('a', each)} = ${value('b', each)}`).join(' and ');
  const others = shared.filter((each) => !key.includes(each.name));
  const changed = others.length === 0 ? 'false' : others.map((each) => `${value('a', each)} is distinct from ${value('b', each)}`).join(' or ');
  return `select count(*) filter (where b.${first} is null) as "onlyLive", count(*) filter (where a.${first} is null) as "onlyBackup",
    count(*) filter (where a.${first} is not null and b.${first} is not null and (${changed})) as changed
    from only ${a} as a full join only ${b} as b on ${join}`;
}

/** One row that differs; its key as text by column. */
export interface RowDifference {
  readonly table: string;
  readonly kind: 'onlyLive' | 'onlyBackup' | 'changed';
  readonly key: Readonly<Record<string, string>>;
  /** Columns that differ; empty where one side lacks the row. */
  readonly columns: readonly string[];
}

/** The first rows of a table that differ, by key. None for a table without a key, or that one side lacks. */
export async function differingRows(session: Session, live: string, restored: string, { table, limit }: { readonly table: string; readonly limit: number }): Promise<RowDifference[]> {
  const catalogs = { live: await readCatalog(session, live), restored: await readCatalog(session, restored) };
  const [inLive, inRestored] = [columnsOf(catalogs.live, table), columnsOf(catalogs.restored, table)];
  const shared = (inRestored ?? []).filter((each) => inLive?.some((other) => other.name === each.name));
  const primary = catalogs.restored?.constraints.find((each) => each.kind === 'p' && each.table === shared[0]?.table);
  const key = shared.filter((each) => primary?.columns?.includes(each.number));
  const [first] = key;
  if (!first) return [];
  const both = `a.${quoteName(first.name)} is not null and b.${quoteName(first.name)} is not null`;
  const others = shared.filter((each) => !key.includes(each));
  const changed = others.map((each) => `case when ${both} and ${value('a', each)} is distinct from ${value('b', each)} then ${literal(each.name)} end`);
  const keyText = key.map((each) => `${literal(each.name)}, coalesce(a.${quoteName(each.name)}::text, b.${quoteName(each.name)}::text)`).join(', ');
  const rows = await session.query<Omit<RowDifference, 'table'>>(`select * from (
      select case when b.${quoteName(first.name)} is null then 'onlyLive' when a.${quoteName(first.name)} is null then 'onlyBackup' else 'changed' end as kind,
        jsonb_build_object(${keyText}) as key, array_remove(array[${changed.join(', ')}]::text[], null) as columns
      from only ${quoteName(live)}.${quoteName(table)} as a full join only ${quoteName(restored)}.${quoteName(table)} as b
        on ${key.map((each) => `${value('a', each)} = ${value('b', each)}`).join(' and ')}
    ) as d where kind <> 'changed' or cardinality(columns) > 0 limit ${limit}`);
  return rows.map((row) => ({ table, ...row }));
}

function unkeyedSql(a: string, b: string, shared: readonly Column[]): string {
  const columns = shared.map((each) => `${quoteName(each.name)}::text`).join(', ') || '1';
  const minus = (one: string, other: string): string => `(select count(*) from (select ${columns} from only ${one} except all select ${columns} from only ${other}) as left_over)`;
  return `select ${minus(a, b)} as "onlyLive", ${minus(b, a)} as "onlyBackup", 0 as changed`;
}

/** Some types, json among them, know no equality; and an enum or a domain of the schema is two types, one in each. */
function value(alias: string, { name, comparable }: Column): string {
  return `${alias}.${quoteName(name)}${comparable ? '' : '::text'}`;
}
