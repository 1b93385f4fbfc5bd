import { testDatabase } from '@1688/vitest';
import { startPostgres } from '@1688/vitest/server';
import { expect, test } from 'vitest';
import { indexStatistics, maintain, maintenanceAdvice, maintenanceReport, migrate, openDatabase, slowQueries, tableStatistics, type Database, type MaintenanceFacts, type TableStatistics } from '../src/index.ts';

const tableOf = async (db: Database, table: string): Promise<TableStatistics> => (await tableStatistics(db)).find((each) => each.table === table)!;

async function suppliersThenNone(db: Database): Promise<void> {
  await db.knex.raw("insert into sync1688.suppliers (source_id, name) select 's' || g, repeat('义乌市', 20) from generate_series(1, 3000) g");
  await db.knex.raw('delete from sync1688.suppliers where id > 100');
  await db.knex.raw('select pg_stat_force_next_flush()').catch(() => {}); // from PostgreSQL 15 on
}

test('tables that changed are analyzed, those with dead rows vacuumed, the others left alone', async () => {
  await using database = await testDatabase({ poolMax: 1 });
  const { db } = database;
  await maintain(db, { vacuum: 'all' });
  await suppliersThenNone(db);
  await expect.poll(async () => (await tableOf(db, 'suppliers')).deadRows, { timeout: 30_000 }).toBeGreaterThan(2_000);

  const planned = await maintain(db, { dryRun: true });
  const analyzed = await maintain(db, { vacuum: 'none' });
  const vacuumed = await maintain(db);
  const again = await maintain(db);

  expect(planned).toEqual([{ table: 'suppliers', work: 'vacuum', reason: 'dead rows' }]);
  expect(analyzed).toEqual([{ table: 'suppliers', work: 'analyze', reason: 'changed rows' }]);
  expect(vacuumed).toEqual(planned);
  expect(again).toEqual([]);
  expect(await tableOf(db, 'suppliers')).toMatchObject({ rows: 100, deadRows: 0, changedSinceAnalyze: 0, lastVacuumAt: expect.any(Date), lastAnalyzeAt: expect.any(Date) });
});

test('room that deleted rows left inside a table is estimated', async () => {
  await using database = await testDatabase({ poolMax: 1 });
  const { db } = database;
  await db.knex.raw("insert into sync1688.suppliers (source_id, name) select 's' || g, repeat('义', 200) from generate_series(1, 5000) g");
  await maintain(db, { vacuum: 'all' });
  const full = await tableOf(db, 'suppliers');
  await db.knex.raw("delete from sync1688.suppliers where id % 10 <> 0");

  await maintain(db, { vacuum: 'all' });

  const sparse = await tableOf(db, 'suppliers');
  expect(full.bloatBytes! / full.tableBytes).toBeLessThan(0.15);
  expect(sparse.bloatBytes! / sparse.tableBytes).toBeGreaterThan(0.75);
  expect((await tableOf(db, 'products')).bloatBytes).toBeNull();
});

test('an index that repeats another, and one that was left unfinished, are found with what mends them', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await db.knex.raw('create index "my ""own" on sync1688.products (supplier_id, id)');
  await db.knex.raw('create index suppliers_again on sync1688.suppliers (source_id)');
  await db.knex.raw('create index suppliers_half on sync1688.suppliers (city)');
  await db.knex.raw("update pg_index set indisvalid = false where indexrelid = 'sync1688.suppliers_half'::regclass");

  const indexes = await indexStatistics(db);
  const { advice } = await maintenanceReport(db);

  const of = (name: string): object | undefined => indexes.find((each) => each.index === name);
  expect(of('suppliers_half')).toMatchObject({ table: 'suppliers', valid: false, duplicateOf: null });
  expect(of('suppliers_source_id_key')).toMatchObject({ unique: true, constraint: true, duplicateOf: null });
  expect(of('suppliers_again')).toMatchObject({ duplicateOf: 'suppliers_source_id_key' });
  expect(indexes.filter((each) => each.duplicateOf !== null)).toHaveLength(2);
  expect(advice).toEqual(expect.arrayContaining([
    expect.objectContaining({ kind: 'index-invalid', subject: 'suppliers_half', sql: 'reindex index concurrently "sync1688"."suppliers_half"' }),
    expect.objectContaining({ kind: 'index-duplicate', subject: 'suppliers_again', sql: 'drop index concurrently "sync1688"."suppliers_again"' }),
    expect.objectContaining({ kind: 'autovacuum-off' }),
    expect.objectContaining({ kind: 'slow-queries-unknown' }),
  ]));
});

test('no index of ours repeats another', async () => {
  await using database = await testDatabase();

  const indexes = await indexStatistics(database.db);

  expect(indexes.filter((each) => each.duplicateOf !== null || !each.valid)).toEqual([]);
});

test('slow queries come from pg_stat_statements where it is loaded, and are null where it is not', async () => {
  await using server = await startPostgres({ settings: ['shared_preload_libraries=pg_stat_statements'] });
  await using db = await openDatabase(server.url);
  await migrate(db);
  const without = await slowQueries(db);
  await db.knex.raw('create schema extras');
  await db.knex.raw('create extension pg_stat_statements schema extras');
  for (let times = 0; times < 2; times += 1) await db.knex.raw("select pg_sleep(0.15), count(*) from sync1688.products where title = '裙子'");

  const slow = await slowQueries(db);

  expect(without).toBeNull();
  expect(slow).toMatchObject([{ calls: 2, query: expect.stringContaining('sync1688.products'), rows: 2 }]);
  expect(slow?.[0]?.meanMs).toBeGreaterThan(140);
  expect(slow?.[0]?.query).not.toContain('裙子');
}, 180_000);

test('advice names only what is worth it', () => {
  const table = { table: 'payloads', rows: 1_000, deadRows: 0, tableBytes: 200e6, indexBytes: 0, bloatBytes: 100e6, changedSinceAnalyze: 0, insertedSinceVacuum: 0, transactionIdAge: 1, lastVacuumAt: null, lastAnalyzeAt: new Date() };
  const index = { index: 'big', table: 'payloads', scans: 0, sizeBytes: 90e6, unique: false, constraint: false, valid: true, duplicateOf: null };
  const facts: MaintenanceFacts = {
    schema: 's', database: 'shop', now: new Date('2026-02-01'), autovacuum: true, health: { transactionIdAge: 900e6, longestTransactionMs: 7_200_000 },
    tables: [table, { ...table, table: 'small', tableBytes: 1e6, bloatBytes: 9e5 }], usageSince: new Date('2026-01-01'), slowQueries: [{ query: 'select 1', calls: 3, meanMs: 2_000, maxMs: 9_000, totalMs: 6_000, rows: 3 }],
    indexes: [index, { ...index, index: 'small', sizeBytes: 1e6 }, { ...index, index: 'used', scans: 1 }, { ...index, index: 'unique', unique: true }],
  };

  const kinds = maintenanceAdvice(facts).map(({ kind, subject }) => `${kind} ${subject}`);

  expect(kinds).toEqual(['transaction-age shop', 'long-transaction shop', 'index-unused big', 'table-bloated payloads', 'slow-query select 1']);
  expect(maintenanceAdvice({ ...facts, usageSince: new Date('2026-01-30') }).map((each) => each.kind)).not.toContain('index-unused');
});
