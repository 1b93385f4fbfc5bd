import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { transaction, type Connection } from '../src/index.ts';

async function names(db: Connection): Promise<string[]> {
  const rows = await db.knex.withSchema(db.schema).table('suppliers').select('source_id').orderBy('source_id') as { source_id: string }[];
  return rows.map((row) => row.source_id);
}

async function add(db: Connection, sourceId: string): Promise<void> {
  await db.knex.withSchema(db.schema).table('suppliers').insert({ source_id: sourceId, years_active: 0 });
}

test('what a transaction did stays when it returns and is gone when it throws', async () => {
  await using database = await testDatabase();
  const { db } = database;

  await transaction(db, (trx) => add(trx, 'kept'));
  await expect(transaction(db, async (trx) => { await add(trx, 'gone'); throw new RangeError('of the caller'); })).rejects.toBeInstanceOf(RangeError);

  expect(await names(db)).toEqual(['kept']);
});

test('a transaction inside another takes back only its own part', async () => {
  await using database = await testDatabase();
  const { db } = database;

  await transaction(db, async (trx) => {
    await add(trx, 'outer');
    await transaction(trx, async (inner) => { await add(inner, 'inner'); await add(inner, 'inner'); }).catch((error: unknown) => expect(error).toMatchObject({ code: 'DB_CONFLICT' }));
    await transaction(trx, (inner) => add(inner, 'second'));
  });

  expect(await names(db)).toEqual(['outer', 'second']);
});

test('ten writers who count at repeatable read all count', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await add(db, 'counter');

  await Promise.all(Array.from({ length: 10 }, () => transaction(db, async (trx) => {
    const table = () => trx.knex.withSchema(trx.schema).table('suppliers').where({ source_id: 'counter' });
    const [row] = await table().select('years_active') as { years_active: number }[];
    await table().update({ years_active: (row?.years_active ?? 0) + 1 });
  }, { isolation: 'repeatable read', retries: 20 })));

  expect(await db.knex.withSchema(db.schema).table('suppliers').select('years_active')).toEqual([{ years_active: 10 }]);
});

test('two who lock in opposite order both succeed', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await add(db, 'a');
  await add(db, 'b');
  const touch = (trx: Connection, sourceId: string) => trx.knex.withSchema(trx.schema).table('suppliers').where({ source_id: sourceId }).increment('years_active', 1);

  await Promise.all([['a', 'b'], ['b', 'a']].map((order) => transaction(db, async (trx) => {
    for (const each of order) {
      await touch(trx, each);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })));

  expect(await db.knex.withSchema(db.schema).table('suppliers').pluck('years_active')).toEqual([2, 2]);
});

test('who collides every time gets DB_RETRY_EXHAUSTED', async () => {
  await using database = await testDatabase();
  let attempts = 0;

  const work = transaction(database.db, async (trx) => {
    attempts += 1;
    await trx.knex.raw(`do $$ begin raise exception 'collision' using errcode = '40001'; end $$`);
  }, { retries: 2 });

  await expect(work).rejects.toMatchObject({ code: 'DB_RETRY_EXHAUSTED', retryable: true });
  expect(attempts).toBe(3);
});

test('a transaction that is cancelled before its end is rolled back', async () => {
  await using database = await testDatabase();
  const controller = new AbortController();

  const work = transaction(database.db, async (trx) => { await add(trx, 'late'); controller.abort(); }, { signal: controller.signal });

  await expect(work).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await names(database.db)).toEqual([]);
});
