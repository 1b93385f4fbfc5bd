import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { emptyDatabase, testDatabase, testServerUrl } from './index.ts';

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the PostgreSQL of a run', () => {
  test('an empty database has no table and sorts Chinese by code point', async () => {
    await using database = await emptyDatabase();

    expect(await query(database.url, `select 1 from pg_class where relkind = 'r' and relnamespace <> all (array['pg_catalog', 'information_schema']::regnamespace[])`)).toEqual([]);
    expect(await query(database.url, `select pg_encoding_to_char(encoding) as encoding, '裙' ~ '\\w' as letters from pg_database where datname = current_database()`)).toEqual([{ encoding: 'UTF8', letters: true }]);
  });

  test('a disposed database is gone even while somebody is connected', async () => {
    const database = await emptyDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined); // being cut off is what this test is about
    await client.connect();

    await database[Symbol.asyncDispose]();

    expect(await query(testServerUrl(), `select datname from pg_database where datname = '${database.name}'`)).toEqual([]);
  });

  test('a test database is migrated and its own', async () => {
    await using one = await testDatabase();
    await using two = await testDatabase();

    const tables = await query(one.url, `select tablename from pg_tables where schemaname = '${one.db.schema}'`);

    expect(one.name).not.toBe(two.name);
    expect(tables).toContainEqual({ tablename: 'products' });
  });
});
