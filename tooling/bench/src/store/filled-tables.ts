import path from 'node:path';
import type pg from 'pg';

/** A table that an import filled. */
export interface FilledTable {
  readonly name: string;
  readonly rows: number;
  /** All columns, in the order of the table. */
  readonly columns: readonly string[];
  /** Those with a value in some row. */
  readonly used: readonly string[];
  /** Those of type bytea. */
  readonly binary: readonly string[];
}

export const schema = 'sync1688';

/** The tables with more rows than the empty template has, those that others refer to first. */
export async function filledTables(filled: pg.Client, empty: ReadonlyMap<string, number>): Promise<FilledTable[]> {
  const counts = await rowCounts(filled);
  const names = [...counts].filter(([name, rows]) => rows > (empty.get(name) ?? 0)).map(([name]) => name);
  const tables: FilledTable[] = [];
  for (const name of inOrder(names, await references(filled))) {
    const found = await columnsOf(filled, name);
    const columns = found.map(({ attname }) => attname);
    const { rows } = await filled.query<Record<string, string>>(`select ${columns.map((column) => `count(${column}) as ${column}`).join(', ')} from ${schema}.${name}`);
    tables.push({ name, rows: counts.get(name) ?? 0, columns, used: columns.filter((column) => Number(rows[0]?.[column]) > 0), binary: found.filter(({ type }) => type === 'bytea').map(({ attname }) => attname) });
  }
  return tables;
}

export async function rowCounts(client: pg.Client): Promise<Map<string, number>> {
  const { rows } = await client.query<{ tablename: string }>('select tablename from pg_tables where schemaname = $1 order by tablename', [schema]);
  const counts = new Map<string, number>();
  for (const { tablename } of rows) {
    const counted = await client.query<{ count: string }>(`select count(*) from ${schema}.${tablename}`);
    counts.set(tablename, Number(counted.rows[0]?.count));
  }
  return counts;
}

/** `\copy` of whole tables to or from text files in `folder`. */
export function copyLines(tables: readonly FilledTable[], direction: 'to' | 'from', folder: string): string[] {
  return tables.map(({ name, columns }) => `\\copy ${schema}.${name} (${columns.join(', ')}) ${direction} '${path.join(folder, `${name}.txt`)}'`);
}

async function columnsOf(client: pg.Client, table: string): Promise<{ attname: string; type: string }[]> {
  const { rows } = await client.query<{ attname: string; type: string }>(
    `select attname, format_type(atttypid, null) as type from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`, [`${schema}.${table}`]);
  return rows;
}

async function references(client: pg.Client): Promise<{ from: string; to: string }[]> {
  const { rows } = await client.query<{ from: string; to: string }>(
    `select c.relname as from, f.relname as to from pg_constraint join pg_class c on c.oid = conrelid join pg_class f on f.oid = confrelid
     where contype = 'f' and connamespace = $1::regnamespace and conrelid <> confrelid`, [schema]);
  return rows;
}

function inOrder(names: readonly string[], references: readonly { from: string; to: string }[]): string[] {
  const placed: string[] = [];
  while (placed.length < names.length) {
    const ready = names.filter((name) => !placed.includes(name) && references.every(({ from, to }) => from !== name || !names.includes(to) || placed.includes(to)));
    if (ready.length === 0) throw new Error(`Expected tables that do not refer to each other in a circle, received ${names.join(', ')}.`);
    placed.push(...ready);
  }
  return placed;
}
