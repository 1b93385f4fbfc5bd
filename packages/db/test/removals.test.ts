import { aProduct, aSupplier, testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { changes, products, suppliers, transaction, type Database } from '../src/index.ts';
import { collected } from './fixtures/collected.ts';

const feed = (db: Database, kind: string): Promise<string[]> => collected((async function* () { for await (const each of changes(db).list()) if (each.kind === kind) yield each; })(), (each) => each.sourceId);

test('many products are removed, restored and purged, each once, and the feed tells so', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const ids = ['p1', 'p2', 'p3'];
  for (const offerId of ids) await products(db).upsert(aProduct({ offerId }));
  await products(db).remove('p2');

  const removed = await products(db).removeMany(['p3', 'p1', 'p1', 'p2', 'unknown']);
  const restored = await products(db).restoreMany(['p2', 'p3']);
  const purged = await products(db).purgeMany(['p1', 'p3', 'unknown']);

  expect([removed, restored, purged]).toEqual([['p1', 'p3'], ['p2', 'p3'], ['p1', 'p3']]);
  expect(await products(db).count({ includeRemoved: true })).toBe(1);
  expect(await feed(db, 'removed')).toEqual(['p2', 'p1', 'p3', 'p3']);
  expect(await feed(db, 'restored')).toEqual(['p2', 'p3']);
});

test('what was removed long ago is purged in batches, what was removed lately stays', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await db.knex.raw("insert into sync1688.products (source_id, title, deleted_at) select 'p' || g, '裙', case when g > 20 then '2026-01-01'::timestamptz when g > 10 then '2026-03-01' end from generate_series(1, 1230) g");

  const purged = await products(db).purgeRemoved(new Date('2026-02-01'));

  expect(purged).toBe(1_210);
  expect(await products(db).count({ includeRemoved: true })).toBe(20);
  expect(await feed(db, 'removed')).toEqual([]);
});

test('inside a transaction a batch is all or nothing', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await products(db).upsert(aProduct({ offerId: 'p1' }));

  const work = transaction(db, async (trx) => {
    await products(trx).removeMany(['p1']);
    throw new RangeError('of the caller');
  });

  await expect(work).rejects.toThrow('of the caller');
  expect(await products(db).exists('p1')).toBe(true);
});

test('suppliers are found, counted by condition, removed, restored and purged', async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (const sourceId of ['s1', 's2', 's3']) await suppliers(db).upsert(aSupplier({ sourceId, province: sourceId === 's3' ? '广东' : '浙江' }));
  const { id } = (await suppliers(db).find('s1'))!;
  await products(db).upsert({ ...aProduct({ offerId: 'p1' }), supplier: undefined, supplierId: id });

  const removed = await suppliers(db).removeMany(['s1', 's2']);
  const left = await suppliers(db).findMany(['s3', 's1']);
  const restored = await suppliers(db).restoreMany(['s1', 's3']);

  expect([removed, left.map((each) => each.sourceId), restored]).toEqual([['s1', 's2'], ['s3'], ['s1']]);
  expect([await suppliers(db).exists('s1'), await suppliers(db).exists('s2')]).toEqual([true, false]);
  expect(await suppliers(db).count({ province: '浙江' })).toBe(1);
  await expect(suppliers(db).purge('s1')).rejects.toMatchObject({ code: 'DB_FOREIGN_KEY' });
  expect([await suppliers(db).purge('s2'), await suppliers(db).purge('s2')]).toEqual([true, false]);
});
