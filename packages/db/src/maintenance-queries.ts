import type { Connection } from './connection.ts';
import { sqlStateOf } from './database-error.ts';
import { selected } from './maintenance-tables.ts';
import { quoteName } from './quote-name.ts';

/** A statement that took long, as pg_stat_statements keeps it: with numbers in the place of values. */
export interface SlowQuery {
  /** At most 500 characters. */
  readonly query: string;
  readonly calls: number;
  readonly meanMs: number;
  readonly maxMs: number;
  readonly totalMs: number;
  /** Rows that it gave or touched, all calls together. */
  readonly rows: number;
}

/**
 * Statements on our schema that took the most time of the server, the worst first.
 * @returns null where the extension pg_stat_statements is not there, or not loaded, or hidden from this role
 */
export async function slowQueries(db: Connection, { limit = 10, minMeanMs = 100 }: { readonly limit?: number; readonly minMeanMs?: number } = {}): Promise<SlowQuery[] | null> {
  const [home] = await selected<{ schema: string }>(db, "select n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'");
  if (!home) return null;
  interface Row { query: string; calls: string; mean: number; max: number; total: number; rows: string }
  try {
    const rows = await selected<Row>(db, `
      select left(regexp_replace(query, '\\s+', ' ', 'g'), 500) as query, calls, mean_exec_time as mean, max_exec_time as max, total_exec_time as total, rows
      from ${quoteName(home.schema)}.pg_stat_statements
      where dbid = (select oid from pg_database where datname = current_database()) and mean_exec_time >= ?::float8 and query like '%' || ? || '%'
        and query ~* '^\\s*(with|select|insert|update|delete|merge|copy)\\M'
      order by total_exec_time desc limit ?::int`, [String(minMeanMs), db.schema, String(limit)]);
    return rows.map((row) => ({ query: row.query, calls: Number(row.calls), meanMs: row.mean, maxMs: row.max, totalMs: row.total, rows: Number(row.rows) }));
  } catch (error) {
    // Created in this database, but the server was started without it, or the role may not read it.
    const cause = (error as { cause?: unknown }).cause;
    if (['55000', '42501', '42P01'].includes(sqlStateOf(cause) ?? '')) return null;
    throw error;
  }
}
