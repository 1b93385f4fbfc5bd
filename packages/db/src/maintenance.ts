import { throwIfAborted, type FlowOptions } from '@1688/core';
import type { Connection, Database } from './connection.ts';
import { toSyncError } from './database-error.ts';
import { health, type DatabaseHealth } from './health.ts';
import { analyzeReason, maintenanceAdvice, vacuumReason, type Advice } from './maintenance-advice.ts';
import { indexStatistics, indexUsageSince, type IndexStatistics } from './maintenance-indexes.ts';
import { slowQueries, type SlowQuery } from './maintenance-queries.ts';
import { selected, tableStatistics, type TableStatistics } from './maintenance-tables.ts';
import { quoteName } from './quote-name.ts';

export interface MaintainOptions extends FlowOptions {
  /** `none`; `needed`: tables where it pays; `all`. Default `needed`. Others can work on meanwhile. */
  readonly vacuum?: 'none' | 'needed' | 'all';
  /** Say what would be done, do nothing. Default false. */
  readonly dryRun?: boolean;
}

/** One piece of work on one table. A vacuum renews the statistics too. */
export interface TableWork {
  readonly table: string;
  readonly work: 'analyze' | 'vacuum';
  readonly reason: 'never analyzed' | 'changed rows' | 'dead rows' | 'new rows' | 'age' | 'asked for';
}

/** How tables, indexes and queries are, and what should be done about it. */
export interface MaintenanceReport {
  readonly health: DatabaseHealth;
  readonly tables: readonly TableStatistics[];
  readonly indexes: readonly IndexStatistics[];
  /** Since when uses of indexes are counted, or null for always. */
  readonly indexUsageSince: Date | null;
  /** Null where they are not recorded. */
  readonly slowQueries: readonly SlowQuery[] | null;
  readonly advice: readonly Advice[];
}

/**
 * Renews the planner's statistics of tables that have changed much, and gives dead rows' room back to later rows where that pays.
 * @returns what was done, in that order
 */
export async function maintain(db: Database, { vacuum = 'needed', dryRun = false, signal, onProgress }: MaintainOptions = {}): Promise<TableWork[]> {
  const works = (await tableStatistics(db)).flatMap((table) => workOn(table, vacuum) ?? []);
  if (dryRun || works.length === 0) return works;
  await using connection = await db.connect();
  for (const [index, { table, work }] of works.entries()) {
    throwIfAborted(signal, 'Maintenance');
    const name = `${quoteName(db.schema)}.${quoteName(table)}`;
    await connection.client.query(work === 'vacuum' ? `vacuum (analyze) ${name}` : `analyze ${name}`).catch((error: unknown) => { throw toSyncError(error, `Maintaining ${table}`); });
    onProgress?.({ done: index + 1, total: works.length, unit: 'tables' });
  }
  return works;
}

function workOn(table: TableStatistics, vacuum: 'none' | 'needed' | 'all'): TableWork | null {
  const vacuuming = vacuum === 'none' ? null : (vacuumReason(table) ?? (vacuum === 'all' ? 'asked for' : null));
  if (vacuuming !== null) return { table: table.table, work: 'vacuum', reason: vacuuming };
  const analyzing = analyzeReason(table);
  return analyzing === null ? null : { table: table.table, work: 'analyze', reason: analyzing };
}

/** Reads only. Queries that took at least `slowMs` on average are listed. */
export async function maintenanceReport(db: Connection, { slowMs = 100 }: { readonly slowMs?: number } = {}): Promise<MaintenanceReport> {
  const [server] = await selected<{ now: Date; autovacuum: string; database: string }>(db, `select now() as now, current_setting('autovacuum') as autovacuum, current_database() as database`);
  const facts = {
    health: await health(db),
    tables: await tableStatistics(db),
    indexes: await indexStatistics(db),
    slowQueries: await slowQueries(db, { minMeanMs: slowMs }),
  };
  const usageSince = await indexUsageSince(db);
  const advice = server ? maintenanceAdvice({ ...facts, usageSince, schema: db.schema, database: server.database, now: server.now, autovacuum: server.autovacuum === 'on' }) : [];
  return { ...facts, indexUsageSince: usageSince, advice };
}
