import { emptyDatabase, testDatabase, testServerUrl } from '@1688/vitest';
import pg from 'pg';
import { expect, test } from 'vitest';
import { health, openDatabase, transaction, withClient } from '../src/index.ts';

const withPassword = 'p%C3%A4ssword-geheim';

function serverUrl(change: (url: URL) => void): string {
  const url = new URL(testServerUrl());
  change(url);
  return url.href;
}

test('a server that is not there is DB_UNAVAILABLE, retryable, and told without the password', async () => {
  const failure = await openDatabase(`postgres://erp:${withPassword}@127.0.0.1:1/shop`).catch((error: unknown) => error);

  expect(failure).toMatchObject({ code: 'DB_UNAVAILABLE', retryable: true, message: expect.stringContaining('postgres://erp:***@127.0.0.1:1/shop') });
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toMatch(/geheim/);
});

test('an unknown user is DB_AUTH', async () => {
  const url = serverUrl((each) => { each.username = 'nobody_of_that_name'; each.password = withPassword; });

  await expect(openDatabase(url)).rejects.toMatchObject({ code: 'DB_AUTH', retryable: false, message: expect.not.stringContaining('geheim') });
});

test('a missing database is created, by six callers at once too', async () => {
  await using database = await emptyDatabase();
  const name = `${database.name}_more`;
  const url = serverUrl((each) => { each.pathname = `/${name}`; });

  const opened = await Promise.all(Array.from({ length: 6 }, () => openDatabase(url)));

  expect((await opened[0]?.knex.raw('select current_database() as name'))?.rows).toEqual([{ name }]);
  await Promise.all(opened.map((db) => db.close()));
  const admin = new pg.Client({ connectionString: testServerUrl() });
  await admin.connect();
  await admin.query(`drop database ${name} with (force)`);
  await admin.end();
});

test('a database that may not be created is DB_MISSING with the line that makes it', async () => {
  const url = serverUrl((each) => { each.pathname = '/not_there'; });

  await expect(openDatabase(url, { createMissing: false })).rejects.toMatchObject({ code: 'DB_MISSING', hint: expect.stringMatching(/^Create it: createdb -h .* not_there$/) });
});

test('without an address or with an unsafe schema name nothing is opened', async () => {
  await expect(openDatabase(undefined)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  await expect(openDatabase(testServerUrl(), { schema: 'pg_temp' })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test('a full pool is DB_POOL_TIMEOUT, and heals', async () => {
  await using database = await testDatabase({ poolMax: 1, poolTimeoutMs: 200 });
  const { db } = database;

  await transaction(db, async () => {
    await expect(health(db)).rejects.toMatchObject({ code: 'DB_POOL_TIMEOUT', retryable: true });
  });

  await expect(health(db)).resolves.toMatchObject({ pool: { used: 0, max: 1 } });
});

test('connections that are killed while idle are replaced unnoticed', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const { rows } = await db.knex.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
  await using admin = await db.connect();

  await admin.client.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
  await new Promise((resolve) => setTimeout(resolve, 50));

  await expect(health(db)).resolves.toMatchObject({ readOnly: false });
});

test('a connection that dies inside a transaction is DB_CONNECTION_LOST, and nothing of it stays', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await using admin = await db.connect();

  const work = transaction(db, async (trx) => {
    await trx.knex.withSchema(trx.schema).table('suppliers').insert({ source_id: 'lost' });
    const { rows } = await trx.knex.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
    await admin.client.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
    await trx.knex.raw('select 1');
  });

  await expect(work).rejects.toMatchObject({ code: 'DB_CONNECTION_LOST', retryable: true });
  expect(await db.knex.withSchema(db.schema).table('suppliers').select()).toEqual([]);
  expect((await health(db)).pool.used).toBe(0);
});

test('a statement that takes too long is DB_TIMEOUT', async () => {
  await using database = await testDatabase({ statementTimeoutMs: 100 });

  await expect(withClient(database.db, (client) => client.query('select pg_sleep(5)'))).rejects.toMatchObject({ code: 'DB_TIMEOUT' });
});

test('a raw client inside a transaction is that transaction', async () => {
  await using database = await testDatabase();
  const { db } = database;

  await transaction(db, async (trx) => {
    await trx.knex.withSchema(trx.schema).table('suppliers').insert({ source_id: 'inside' });

    const { rows } = await withClient(trx, (client) => client.query('select source_id from sync1688.suppliers'));

    expect(rows).toEqual([{ source_id: 'inside' }]);
  });
});

test('a raw client whose work failed in the middle of a COPY is not used again', async () => {
  await using database = await testDatabase({ poolMax: 1 });
  const { db } = database;

  await withClient(db, async (client) => {
    void client.query('copy sync1688.suppliers (source_id) from stdin').catch(() => {});
    throw new RangeError('of the caller');
  }).catch((error: unknown) => expect(error).toBeInstanceOf(RangeError));

  await expect(health(db)).resolves.toMatchObject({ pool: { max: 1 } });
});

test('health tells version, latency, size, role, age and who uses or waits for the pool', async () => {
  await using database = await testDatabase({ poolMax: 2 });
  const { db } = database;
  const busy = [transaction(db, (trx) => trx.knex.raw('select pg_sleep(0.3)')), db.knex.raw('select pg_sleep(0.3)'), db.knex.raw('select 1')];
  await using other = await openDatabase(database.url);

  const quiet = await health(other);

  expect(quiet).toMatchObject({
    serverVersion: expect.stringMatching(/^\d+\.\d+/), startedAt: expect.any(Date), latencyMs: expect.any(Number), sizeBytes: expect.any(Number), readOnly: false,
    replication: { role: 'primary', replicas: 0, lagMs: null }, pool: { used: 0, idle: 1, waiting: 0, max: 10 },
  });
  expect(quiet.transactionIdAge).toBeGreaterThanOrEqual(0);
  expect(quiet.longestTransactionMs).toBeGreaterThan(0);
  await Promise.all(busy);
  expect((await health(db)).pool).toMatchObject({ used: 0, waiting: 0, max: 2 });
});
