import { throwIfAborted, type FlowOptions } from '@1688/core';
import type { Connection, Database } from './connection.ts';
import { isDriverError, toSyncError } from './database-error.ts';
import { quoteName } from './quote-name.ts';

export interface TableStatistics {
  readonly table: string;
  /** As the statistics estimate it; exact just after `maintain`. */
  readonly rows: number;
  /** Rows that are no longer visible and wait for vacuum. */
  readonly deadRows: number;
  readonly tableBytes: number;
  readonly indexBytes: number;
  readonly lastVacuumAt: Date | null;
  readonly lastAnalyzeAt: Date | null;
}

export interface IndexStatistics {
  readonly index: string;
  readonly table: string;
  readonly scans: number;
  readonly sizeBytes: number;
}

/** Every table of the schema, the largest first. */
export async function tableStatistics(db: Connection): Promise<TableStatistics[]> {
  interface Row { table: string; rows: string; dead: string; table_bytes: string; index_bytes: string; vacuumed: Date | null; analyzed: Date | null }
  const rows = await selected<Row>(db, `
    select c.relname as "table", greatest(c.reltuples, s.n_live_tup, 0)::bigint as rows, s.n_dead_tup as dead, pg_table_size(c.oid) as table_bytes, pg_indexes_size(c.oid) as index_bytes,
      greatest(s.last_vacuum, s.last_autovacuum) as vacuumed, greatest(s.last_analyze, s.last_autoanalyze) as analyzed
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_stat_user_tables s on s.relid = c.oid
    where n.nspname = ? and c.relkind in ('r', 'p') order by pg_total_relation_size(c.oid) desc, c.relname`);
  return rows.map((row) => ({
    table: row.table, rows: Number(row.rows), deadRows: Number(row.dead), tableBytes: Number(row.table_bytes), indexBytes: Number(row.index_bytes),
    lastVacuumAt: row.vacuumed, lastAnalyzeAt: row.analyzed,
  }));
}

/** How often each index was used since the server's statistics were reset, the least used first. */
export async function indexStatistics(db: Connection): Promise<IndexStatistics[]> {
  interface Row { index: string; table: string; scans: string; size: string }
  const rows = await selected<Row>(db, `
    select indexrelname as index, relname as "table", idx_scan as scans, pg_relation_size(indexrelid) as size
    from pg_stat_user_indexes where schemaname = ? order by idx_scan, indexrelname`);
  return rows.map((row) => ({ index: row.index, table: row.table, scans: Number(row.scans), sizeBytes: Number(row.size) }));
}

/**
 * Renews the planner's statistics of every table and, with `vacuum`, gives dead rows' room back to later rows. Others can work on.
 * @returns names of the tables, in the order of the work
 */
export async function maintain(db: Database, { vacuum = true, signal, onProgress }: FlowOptions & { vacuum?: boolean } = {}): Promise<string[]> {
  await using connection = await db.connect();
  const tables = (await tableStatistics(db)).map((each) => each.table);
  for (const [index, table] of tables.entries()) {
    throwIfAborted(signal, 'Maintenance');
    const name = `${quoteName(db.schema)}.${quoteName(table)}`;
    await connection.client.query(vacuum ? `vacuum (analyze) ${name}` : `analyze ${name}`).catch((error: unknown) => { throw toSyncError(error, `Maintaining ${table}`); });
    onProgress?.({ done: index + 1, total: tables.length, unit: 'tables' });
  }
  return tables;
}

async function selected<Row>(db: Connection, sql: string): Promise<Row[]> {
  try {
    const { rows } = await db.knex.raw<{ rows: Row[] }>(sql, [db.schema]);
    return rows;
  } catch (error) {
    throw isDriverError(error) ? toSyncError(error) : error;
  }
}
