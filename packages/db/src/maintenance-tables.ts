import type { Connection } from './connection.ts';
import { isDriverError, toSyncError } from './database-error.ts';

export interface TableStatistics {
  readonly table: string;
  /** As the statistics estimate it; exact just after `maintain`. */
  readonly rows: number;
  /** Rows that are no longer visible and wait for vacuum. */
  readonly deadRows: number;
  /** With what is stored out of line. */
  readonly tableBytes: number;
  readonly indexBytes: number;
  /** Room that the rows would not need if they were written afresh: an estimate by their average width, null before the first analyze. */
  readonly bloatBytes: number | null;
  /** Rows that were written since the planner's statistics were renewed. */
  readonly changedSinceAnalyze: number;
  readonly insertedSinceVacuum: number;
  /** Transactions since its oldest row was frozen. */
  readonly transactionIdAge: number;
  readonly lastVacuumAt: Date | null;
  readonly lastAnalyzeAt: Date | null;
}

interface Row {
  table: string;
  rows: string;
  dead: string;
  table_bytes: string;
  index_bytes: string;
  bloat: string | null;
  changed: string;
  inserted: string;
  xid_age: number;
  vacuumed: Date | null;
  analyzed: Date | null;
}

/** A row takes a header of 24 bytes, its values, and a pointer of 4 in the page; both parts are filled up to 8 bytes. */
const neededBytes = `ceil(c.reltuples / greatest(floor((page - 24) / (8 * ceil((24 + w.width) / 8) + 4)), 1)) * page`;

/** Every table of the schema, the largest first. */
export async function tableStatistics(db: Connection): Promise<TableStatistics[]> {
  const rows = await selected<Row>(db, `
    select c.relname as "table", greatest(c.reltuples, s.n_live_tup, 0)::bigint as rows, s.n_dead_tup as dead,
      pg_table_size(c.oid) as table_bytes, pg_indexes_size(c.oid) as index_bytes, s.n_mod_since_analyze as changed, s.n_ins_since_vacuum as inserted,
      case when c.relkind = 'p' then 0 else age(c.relfrozenxid) end as xid_age,
      case when c.reltuples > 0 and w.width is not null then greatest(pg_relation_size(c.oid) - (${neededBytes})::bigint, 0) end as bloat,
      greatest(s.last_vacuum, s.last_autovacuum) as vacuumed, greatest(s.last_analyze, s.last_autoanalyze) as analyzed
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_stat_user_tables s on s.relid = c.oid
      cross join (select current_setting('block_size')::numeric as page) p
      left join lateral (select sum((1 - null_frac) * avg_width)::numeric as width from pg_stats where schemaname = n.nspname and tablename = c.relname and not inherited) w on true
    where n.nspname = ? and c.relkind in ('r', 'p') order by pg_total_relation_size(c.oid) desc, c.relname`, [db.schema]);
  return rows.map((row) => ({
    table: row.table, rows: Number(row.rows), deadRows: Number(row.dead), tableBytes: Number(row.table_bytes), indexBytes: Number(row.index_bytes),
    bloatBytes: row.bloat === null ? null : Number(row.bloat), changedSinceAnalyze: Number(row.changed), insertedSinceVacuum: Number(row.inserted),
    transactionIdAge: row.xid_age, lastVacuumAt: row.vacuumed, lastAnalyzeAt: row.analyzed,
  }));
}

/** Rows of a query of the system's catalog. */
export async function selected<Result>(db: Connection, sql: string, bindings: readonly string[] = []): Promise<Result[]> {
  try {
    const { rows } = await db.knex.raw<{ rows: Result[] }>(sql, [...bindings]);
    return rows;
  } catch (error) {
    throw isDriverError(error) ? toSyncError(error) : error;
  }
}
