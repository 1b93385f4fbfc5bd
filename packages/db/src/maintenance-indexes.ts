import type { Connection } from './connection.ts';
import { selected } from './maintenance-tables.ts';

export interface IndexStatistics {
  readonly index: string;
  readonly table: string;
  /** How often it was used, since `indexUsageSince`. */
  readonly scans: number;
  readonly sizeBytes: number;
  readonly unique: boolean;
  /** It makes a constraint hold, so it works even when no query uses it. */
  readonly constraint: boolean;
  /** False after a concurrent build that failed: it is kept up to date, and no query uses it. */
  readonly valid: boolean;
  /** An index of the same table that does the same, and that this one could be dropped for; else null. */
  readonly duplicateOf: string | null;
}

interface Row {
  index: string;
  table: string;
  scans: string;
  size: string;
  unique: boolean;
  in_constraint: boolean;
  valid: boolean;
  form: string;
  /** Rises with each thing that is made. */
  made: string;
}

/** How each index is used and whether it is sound, the least used first. */
export async function indexStatistics(db: Connection): Promise<IndexStatistics[]> {
  const rows = await selected<Row>(db, `
    select c.relname as index, t.relname as "table", coalesce(s.idx_scan, 0) as scans, pg_relation_size(c.oid) as size, i.indisunique as "unique",
      exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')) as in_constraint,
      i.indisvalid and i.indisready as valid, c.oid as made,
      concat_ws(' ', i.indrelid, c.relam, i.indkey, i.indclass, i.indcollation, i.indoption, i.indnkeyatts, pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid)) as form
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
      left join pg_stat_user_indexes s on s.indexrelid = i.indexrelid
    where n.nspname = ? order by coalesce(s.idx_scan, 0), c.relname`, [db.schema]);
  return rows.map((row) => ({
    index: row.index, table: row.table, scans: Number(row.scans), sizeBytes: Number(row.size), unique: row.unique, constraint: row.in_constraint,
    valid: row.valid, duplicateOf: keptInstead(row, rows),
  }));
}

/** Of several that do the same the one is kept that does the most: a constraint's, a unique one, the most used, the oldest. */
function keptInstead(row: Row, rows: readonly Row[]): string | null {
  if (!row.valid) return null;
  const worth = (each: Row): readonly number[] => [Number(each.in_constraint), Number(each.unique), Number(each.scans), -Number(each.made)];
  const [best] = rows.filter((each) => each.valid && each.form === row.form).toSorted((a, b) => {
    const [x, y] = [worth(a), worth(b)];
    const at = x.findIndex((value, index) => value !== y[index]);
    return at < 0 ? 0 : (y[at] ?? 0) - (x[at] ?? 0);
  });
  // Two constraints that say the same are the schema's own business.
  return best === undefined || best === row || row.in_constraint ? null : best.index;
}

/** Since when uses are counted: the last reset of the database's statistics, or null when there was none. */
export async function indexUsageSince(db: Connection): Promise<Date | null> {
  const rows = await selected<{ reset: Date | null }>(db, 'select stats_reset as reset from pg_stat_database where datname = current_database()');
  return rows[0]?.reset ?? null;
}
