import type { DatabaseHealth } from './health.ts';
import type { IndexStatistics } from './maintenance-indexes.ts';
import type { SlowQuery } from './maintenance-queries.ts';
import type { TableStatistics } from './maintenance-tables.ts';
import { quoteName } from './quote-name.ts';

export const adviceKinds = [
  'index-invalid', 'index-duplicate', 'index-unused', 'table-bloated', 'table-dead-rows', 'table-statistics', 'slow-query', 'slow-queries-unknown',
  'autovacuum-off', 'transaction-age', 'long-transaction',
] as const;
export type AdviceKind = (typeof adviceKinds)[number];

/** Something that upkeep cannot or must not do by itself. */
export interface Advice {
  readonly kind: AdviceKind;
  /** Index, table, query or database that it is about. */
  readonly subject: string;
  /** One sentence in English. */
  readonly message: string;
  /** The statement that would mend it, or null. It is never run by us. */
  readonly sql: string | null;
}

export interface MaintenanceFacts {
  readonly schema: string;
  readonly database: string;
  readonly now: Date;
  readonly health: Pick<DatabaseHealth, 'transactionIdAge' | 'longestTransactionMs'>;
  readonly autovacuum: boolean;
  readonly tables: readonly TableStatistics[];
  readonly indexes: readonly IndexStatistics[];
  readonly usageSince: Date | null;
  readonly slowQueries: readonly SlowQuery[] | null;
}

const megabyte = 1_000_000;
const day = 86_400_000;

/** What the facts call for. Pure; small things are left alone, as advice about everything is advice about nothing. */
export function maintenanceAdvice(facts: MaintenanceFacts): Advice[] {
  return [...serverAdvice(facts), ...facts.indexes.flatMap((index) => indexAdvice(index, facts)), ...facts.tables.flatMap((table) => tableAdvice(table, facts.schema)), ...queryAdvice(facts)];
}

function serverAdvice({ autovacuum, health, database }: MaintenanceFacts): Advice[] {
  const advice: Advice[] = [];
  if (!autovacuum) advice.push({ kind: 'autovacuum-off', subject: database, message: 'Autovacuum is off: run maintain --optimize daily, or set autovacuum = on.', sql: 'alter system set autovacuum = on' });
  if (health.transactionIdAge > 500_000_000) {
    advice.push({ kind: 'transaction-age', subject: database, message: `${Math.round(health.transactionIdAge / 1e6)} million transactions since the oldest row was frozen; at 2,000 million PostgreSQL stops writing.`, sql: 'vacuum (freeze)' });
  }
  if ((health.longestTransactionMs ?? 0) > 3_600_000) {
    const hours = ((health.longestTransactionMs ?? 0) / 3_600_000).toFixed(1);
    advice.push({ kind: 'long-transaction', subject: database, message: `A transaction has been open for ${hours} hours: while it is, vacuum frees nothing.`, sql: 'select pid, xact_start, query from pg_stat_activity where xact_start is not null order by xact_start limit 1' });
  }
  return advice;
}

function indexAdvice(each: IndexStatistics, { schema, usageSince, now }: MaintenanceFacts): Advice[] {
  const name = `${quoteName(schema)}.${quoteName(each.index)}`;
  if (!each.valid) return [{ kind: 'index-invalid', subject: each.index, message: `The index on ${each.table} was left unfinished: it costs every write and serves no query.`, sql: `reindex index concurrently ${name}` }];
  if (each.duplicateOf !== null) return [{ kind: 'index-duplicate', subject: each.index, message: `Does the same as ${each.duplicateOf} on ${each.table}.`, sql: `drop index concurrently ${name}` }];
  // Too young statistics say "unused" of what a monthly job needs.
  const counted = usageSince === null || now.getTime() - usageSince.getTime() > 7 * day;
  if (each.scans > 0 || each.unique || each.sizeBytes < 10 * megabyte || !counted) return [];
  return [{ kind: 'index-unused', subject: each.index, message: `No query has used this index on ${each.table}; it takes ${Math.round(each.sizeBytes / megabyte)} MB.`, sql: `drop index concurrently ${name}` }];
}

function tableAdvice(each: TableStatistics, schema: string): Advice[] {
  const name = `${quoteName(schema)}.${quoteName(each.table)}`;
  const bloat = each.bloatBytes ?? 0;
  if (bloat > 50 * megabyte && bloat > 0.3 * each.tableBytes) {
    return [{ kind: 'table-bloated', subject: each.table, message: `About ${Math.round(bloat / megabyte)} MB of ${Math.round(each.tableBytes / megabyte)} MB are empty: new rows will use the room, or rewrite the table while nothing else works on it.`, sql: `vacuum (full, analyze) ${name}` }];
  }
  if (vacuumReason(each) !== null) return [{ kind: 'table-dead-rows', subject: each.table, message: `${each.deadRows} dead and ${each.insertedSinceVacuum} new rows since its last vacuum: run maintain --optimize.`, sql: `vacuum (analyze) ${name}` }];
  if (analyzeReason(each) !== null) return [{ kind: 'table-statistics', subject: each.table, message: `${each.changedSinceAnalyze} rows written since its statistics were renewed: run maintain.`, sql: `analyze ${name}` }];
  return [];
}

function queryAdvice({ slowQueries }: MaintenanceFacts): Advice[] {
  if (slowQueries === null) {
    return [{ kind: 'slow-queries-unknown', subject: 'pg_stat_statements', message: 'Slow queries are not recorded: add pg_stat_statements to shared_preload_libraries, restart, and create the extension.', sql: 'create extension pg_stat_statements' }];
  }
  return slowQueries.filter((each) => each.meanMs >= 1_000).map((each) => ({
    kind: 'slow-query', subject: each.query.slice(0, 80), message: `${each.calls} calls of ${Math.round(each.meanMs)} ms each, ${Math.round(each.maxMs)} ms at worst.`, sql: null,
  }));
}

/** Why a vacuum pays: dead rows whose room can be used again, new ones that index scans cannot skip yet, or old ones to be frozen. */
export function vacuumReason(each: TableStatistics): 'dead rows' | 'new rows' | 'age' | null {
  if (each.transactionIdAge > 150_000_000) return 'age';
  if (each.deadRows > 50 + 0.05 * each.rows) return 'dead rows';
  return each.insertedSinceVacuum > 1_000 + 0.2 * each.rows ? 'new rows' : null;
}

/** Why the planner's statistics are renewed. */
export function analyzeReason(each: TableStatistics): 'never analyzed' | 'changed rows' | null {
  if (each.lastAnalyzeAt === null) return each.rows > 0 || each.changedSinceAnalyze > 0 ? 'never analyzed' : null;
  return each.changedSinceAnalyze > 50 + 0.1 * each.rows ? 'changed rows' : null;
}
