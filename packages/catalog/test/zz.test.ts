import { importProducts } from '@1688/catalog';
import { products } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { test, vi } from 'vitest';
import { recordsOf } from './records.ts';
test('x', async () => {
  await using database = await testDatabase();
  const { db } = database;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 });
  await importProducts(db, recordsOf([{ offerId: '1', priceMinCny: '10.00' }]));
  vi.useRealTimers();
  const second = await importProducts(db, recordsOf([{ offerId: '1', priceMinCny: '20.00' }]));
  console.log('clock', (await products(db).find('1'))?.priceMinCny, second.updated, second.unchanged);
  const r = await importProducts(db, recordsOf([{ offerId: '2', priceMinCny: '-1' }, { offerId: '3', priceMinCny: '1.23456' }, { offerId: '4', title: 'first' }, { offerId: '4', title: 'last' }]), { scope: 'b' });
  console.log(r.created, r.rejected, r.duplicates, (await products(db).find('2'))?.priceMinCny, (await products(db).find('3'))?.priceMinCny, (await products(db).find('4'))?.title);
});
