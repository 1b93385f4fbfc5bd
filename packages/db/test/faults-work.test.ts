import { setTimeout as sleep } from 'node:timers/promises';
import { testDatabase } from '@1688/vitest';
import { describe, expect, test } from 'vitest';
import { health, products, suppliers, toSyncError, transaction, withClient, type Connection, type Transaction } from '../src/index.ts';
import { expectClean } from './fixtures/clean.ts';

async function add(db: Connection, sourceId: string): Promise<void> {
  await db.knex.withSchema(db.schema).table('suppliers').insert({ source_id: sourceId, years_active: 0 });
}

async function pidOf(db: Connection): Promise<number> {
  const { rows } = await db.knex.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}

describe('work that is struck', () => {
  test('Q02: connections killed while idle are replaced unnoticed, under load', async () => {
    await using database = await testDatabase({ poolMax: 5 });
    const { db } = database;
    await using admin = await db.connect();

    for (let round = 0; round < 2; round += 1) {
      const pids = await Promise.all(Array.from({ length: 5 }, () => transaction(db, async (trx) => { await sleep(10); return pidOf(trx); })));
      for (const pid of new Set(pids)) await admin.client.query('select pg_terminate_backend($1, 5000)', [pid]);
      await sleep(50);
      await expect(Promise.all(Array.from({ length: 5 }, () => health(db)))).resolves.toHaveLength(5);
    }

    await expectClean(db);
  });

  test('Q03: work that may be repeated goes on after its connection was killed, with each row once', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await using admin = await db.connect();
    let runs = 0;

    await transaction(db, async (trx) => {
      runs += 1;
      await add(trx, 'one');
      if (runs === 1) await admin.client.query('select pg_terminate_backend($1, 5000)', [await pidOf(trx)]);
      await add(trx, 'two');
    }, { reconnectMs: 5_000 });

    expect(runs).toBe(2);
    expect(await db.knex.withSchema(db.schema).table('suppliers').pluck('source_id')).toEqual(['one', 'two']);
    await expectClean(db);
  });

  test('Q03: what the caller threw is what comes out, also when the rollback fails because the connection is gone', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await using admin = await db.connect();

    const work = transaction(db, async (trx) => {
      await admin.client.query('select pg_terminate_backend($1, 5000)', [await pidOf(trx)]);
      throw new RangeError('of the caller');
    });

    await expect(work).rejects.toThrow(new RangeError('of the caller'));
    await expectClean(db);
  });

  test('Q03: a failure that the work passed over is no silent loss: the commit is refused', async () => {
    await using database = await testDatabase();
    const { db } = database;

    const passedOver = [
      (trx: Transaction) => add(trx, 'a').catch(() => {}),
      (trx: Transaction) => withClient(trx, (client) => client.query('select 1/0')).then(() => {}, () => {}),
      (trx: Transaction) => withClient(trx, (client) => client.query('select 1/0').then(() => {}, () => {})),
    ];

    for (let round = 0; round < 10; round += 1) {
      for (const fails of passedOver) {
        const work = transaction(db, async (trx) => { await add(trx, 'a'); await fails(trx); });
        await expect(work).rejects.toMatchObject({ code: 'DB_QUERY', message: expect.stringContaining('had failed') });
      }
    }

    expect(await db.knex.withSchema(db.schema).table('suppliers').pluck('source_id')).toEqual([]);
    await transaction(db, async (trx) => { await add(trx, 'a'); await transaction(trx, (inner) => add(inner, 'a')).catch(() => {}); });
    expect(await db.knex.withSchema(db.schema).table('suppliers').pluck('source_id')).toEqual(['a']);
  });

  test('Q08: a pool that stays full is DB_POOL_TIMEOUT for each who waits, and heals', async () => {
    await using database = await testDatabase({ poolMax: 2, poolTimeoutMs: 300 });
    const { db } = database;
    let release = (): void => {};
    const held = new Promise<void>((resolve) => { release = resolve; });
    const holders = [1, 2].map(() => transaction(db, () => held));

    const failures = await Promise.all(Array.from({ length: 20 }, () => suppliers(db).find('a').catch((error: unknown) => error)));
    release();
    await Promise.all(holders);

    for (const failure of failures) expect(failure).toMatchObject({ code: 'DB_POOL_TIMEOUT', retryable: true });
    await expect(Promise.all(Array.from({ length: 20 }, () => suppliers(db).find('a')))).resolves.toHaveLength(20);
    await expectClean(db);
  });

  test('Q10: a statement over its limit is DB_TIMEOUT and is gone from the server', async () => {
    await using database = await testDatabase({ statementTimeoutMs: 150 });
    const { db } = database;
    await using admin = await db.connect();

    const failure = await transaction(db, (trx) => trx.knex.raw('select pg_sleep(30)')).catch((error: unknown) => error);
    const { rows } = await admin.client.query(`select 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like 'select pg_sleep%'`);

    expect(failure).toMatchObject({ code: 'DB_TIMEOUT', retryable: true, details: { sqlState: '57014' } });
    expect(rows).toEqual([]);
    await expectClean(db);
  });

  test('Q11: a transaction that is forgotten open is ended by the server after a minute at most, and the pool heals', async () => {
    await using database = await testDatabase({ poolMax: 1 });
    const { db } = database;
    const { rows } = await db.knex.raw<{ rows: { limit: string }[] }>(`select current_setting('idle_in_transaction_session_timeout') as limit`);

    const forgotten = transaction(db, async (trx) => {
      await trx.knex.raw('set local idle_in_transaction_session_timeout = 100');
      await add(trx, 'forgotten');
      await sleep(400);
      await add(trx, 'too late');
    });

    await expect(forgotten).rejects.toMatchObject({ code: 'DB_CONNECTION_LOST', retryable: true });
    expect(rows).toEqual([{ limit: '1min' }]);
    expect(await db.knex.withSchema(db.schema).table('suppliers').pluck('source_id')).toEqual([]);
    await expectClean(db);
  });

  test('Q25: what a full disk says is DB_STORAGE_FULL and not repeated', async () => {
    await using database = await testDatabase();
    const { db } = database;
    let runs = 0;

    const work = transaction(db, async (trx) => {
      runs += 1;
      await trx.knex.raw(`do $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`);
    }, { reconnectMs: 5_000 });

    await expect(work).rejects.toMatchObject({ code: 'DB_STORAGE_FULL', retryable: false });
    expect(runs).toBe(1);
  });

  test('every failure that leaves has a code and says whether it may pass', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const failures = await Promise.all([
      products(db).upsert({ offerId: '1', title: 'x', supplierId: '999' }),
      suppliers(db).upsert({ sourceId: '', name: '' }),
      transaction(db, (trx) => trx.knex.raw('select * from nowhere')),
      transaction(db, (trx) => trx.knex.raw('selec 1')),
      transaction(db, (trx) => trx.knex.raw('select 1/0')),
    ].map((work) => (work as Promise<unknown>).then(() => null, (error: unknown) => error)));

    for (const failure of failures) expect(failure).toMatchObject({ name: 'SyncError', code: expect.stringMatching(/^[A-Z_]+$/), retryable: false });
    expect(toSyncError(new Error('who knows'))).toMatchObject({ code: 'DB_QUERY' });
  });
});
