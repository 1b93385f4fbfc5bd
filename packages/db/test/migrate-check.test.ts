import { emptyDatabase, testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { checkSchema, migrate, migrations, openDatabase, type Migration } from '../src/index.ts';

const brand: Migration = { name: '9001-brand', up: 'create table :schema:.brands (id bigint primary key, name text not null)', down: 'drop table :schema:.brands' };

test('a schema that was only migrated has no difference, whatever its name', async () => {
  await using database = await emptyDatabase();
  await using db = await openDatabase(database.url, { schema: 'Shop "1"' });
  await migrate(db);

  const { differences, pending, compared } = await checkSchema(db);

  expect(differences).toEqual([]);
  expect(pending).toEqual([]);
  expect(compared).toBeGreaterThan(200);
});

test('what was changed by hand is named: a column, its type, an index, a constraint, a function, a table', async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (const statement of [
    'alter table sync1688.products drop column subtitle', 'alter table sync1688.suppliers alter column years_active type bigint', 'alter table sync1688.skus add column colour text',
    'alter table sync1688.products alter column currency drop not null', 'drop index sync1688.products_sold', 'alter table sync1688.products drop constraint products_rating_check',
    "create or replace function sync1688.fold(input text) returns text language sql immutable strict return input", 'create table sync1688.notes (id bigint primary key)',
    'drop table sync1688.backup_leases',
  ]) await db.knex.raw(statement);

  const { differences } = await checkSchema(db);

  const told = differences.map(({ problem, kind, name }) => `${problem} ${kind} ${name}`);
  expect(told).toEqual(expect.arrayContaining([
    'missing column products.subtitle', 'missing row class products.subtitle', 'different column suppliers.years_active', 'different row class suppliers.years_active',
    'extra column skus.colour', 'different row class products.currency', 'missing index products_sold', 'missing constraint products.products_rating_check',
    'different function fold(input text)', 'extra table notes', 'missing table backup_leases',
  ]));
  expect(told.filter((each) => each.includes('backup_leases.') || each.includes('notes.'))).toEqual([]);
  expect(differences.find((each) => each.kind === 'row class' && each.name === 'suppliers.years_active')).toMatchObject({ expected: 'integer? (SupplierRow)', found: 'bigint?' });
});

test('migrations of a user are part of what is expected, and pending ones are named', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const mine = [...migrations, brand];

  const before = await checkSchema(db, { migrations: mine });
  await migrate(db, { migrations: mine });
  await db.knex.raw('alter table sync1688.brands drop column name');
  const after = await checkSchema(db, { migrations: mine });

  expect(before).toMatchObject({ differences: [], pending: ['9001-brand'] });
  expect(after).toMatchObject({ differences: [{ problem: 'missing', kind: 'column', name: 'brands.name' }], pending: [] });
  await expect(checkSchema(db)).rejects.toMatchObject({ code: 'DB_SCHEMA_TOO_NEW' });
});

test('an empty database is told to migrate first, and no scratch schema is left behind', async () => {
  await using empty = await emptyDatabase();
  await using db = await openDatabase(empty.url);
  await expect(checkSchema(db)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await migrate(db);

  await checkSchema(db);

  const { rows } = await db.knex.raw<{ rows: unknown[] }>("select nspname from pg_namespace where nspname like 'check%'");
  expect(rows).toEqual([]);
});
