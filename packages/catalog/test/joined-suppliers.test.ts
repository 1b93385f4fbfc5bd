import { changesSince, importProducts } from '@1688/catalog';
import { products, suppliers } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { collected, numberedProducts, recordsOf, valueOf } from './records.ts';

const loginId = { kind: 'loginId' as const, value: '云裳服饰' };
const memberId = { kind: 'memberId' as const, value: 'b2b-22080001' };

test('suppliers that were stored apart become one when a record tells the keys of both', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await importProducts(db, recordsOf([{ offerId: '1', supplier: { sourceId: loginId.value, city: '杭州', aliases: [loginId] } }]));
  await importProducts(db, recordsOf([{ offerId: '2', supplier: { sourceId: memberId.value, name: '云裳', aliases: [memberId] } }]));

  await importProducts(db, recordsOf([{ offerId: '3', supplier: { sourceId: memberId.value, aliases: [memberId, loginId] } }]));
  await importProducts(db, recordsOf([{ offerId: '4', supplier: { sourceId: loginId.value } }]));

  const stored = await products(db).findMany(['1', '2', '3', '4']);
  expect(stored.map(({ supplier }) => supplier)).toMatchObject(Array.from({ length: 4 }, () => ({ sourceId: memberId.value, name: '云裳', city: '杭州' })));
  expect(await suppliers(db).count()).toBe(1);
  const told = (await collected(changesSince(db, 0n))).map(({ sourceId, kind, fields }) => [sourceId, kind, fields]);
  expect(told).toContainEqual([loginId.value, 'removed', { joinedInto: { before: null, after: memberId.value }, aliases: { before: [loginId], after: [] } }]);
  expect(told).toContainEqual(['1', 'updated', { supplier: { before: loginId.value, after: memberId.value } }]);
});

test('imports that find out at once that suppliers are one do not stand in each other\'s way', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const apart = { loginId: { sourceId: loginId.value, aliases: [loginId] }, memberId: { sourceId: memberId.value, aliases: [memberId] } };
  await importProducts(db, recordsOf([...numberedProducts(40)].map((product, index) => ({ ...product, supplier: index % 2 ? apart.loginId : apart.memberId }))));
  const both = { sourceId: memberId.value, aliases: [memberId, loginId] };

  await Promise.all([1, 2, 3, 4].map((run) => importProducts(db, recordsOf([...numberedProducts(40, { priceCny: `${run}.00` })].map((product) => ({ ...product, supplier: both }))), { scope: `shop ${run}`, batchSize: 10 })));

  expect(await suppliers(db).count()).toBe(1);
  expect(await valueOf(db, `select count(*)::integer from sync1688.products p join sync1688.suppliers s on s.id = p.supplier_id where s.source_id = '${memberId.value}'`)).toBe(40);
});

test('a supplier that becomes another while an import runs, which looked it up before, takes its later offers along', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const told = [...numberedProducts(120)].map((product) => ({ ...product, supplier: { sourceId: loginId.value, aliases: [loginId] } }));
  await importProducts(db, recordsOf([{ offerId: '1', supplier: { sourceId: memberId.value, aliases: [memberId] } }]));
  const joinedInTheMiddle = async function* (): ReturnType<typeof recordsOf> {
    yield* recordsOf(told.slice(0, 60));
    await importProducts(db, recordsOf([{ offerId: '2', supplier: { sourceId: memberId.value, aliases: [memberId, loginId] } }]), { scope: 'another' });
    yield* recordsOf(told.slice(60));
  };

  const { created, rejected } = await importProducts(db, joinedInTheMiddle(), { batchSize: 10 });

  expect({ created, rejected }).toEqual({ created: 120, rejected: 0 });
  expect(await suppliers(db).count()).toBe(1);
  expect(await valueOf(db, `select count(*)::integer from sync1688.products p join sync1688.suppliers s on s.id = p.supplier_id where s.source_id = '${memberId.value}'`)).toBe(122);
});

test('a supplier that an import looked up before is told again once its row is gone, and once something newer is told of it', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const supplier = { sourceId: memberId.value, name: '云裳', aliases: [memberId] };
  const told = [...numberedProducts(60)].map((product) => ({ ...product, supplier }));
  const changing = async function* (): ReturnType<typeof recordsOf> {
    yield* recordsOf(told.slice(0, 20));
    await db.knex.raw('begin; lock sync1688.suppliers in exclusive mode; update sync1688.products set supplier_id = null; delete from sync1688.supplier_aliases; delete from sync1688.suppliers; commit');
    yield* recordsOf(told.slice(20, 40));
    yield* recordsOf(told.slice(40).map((product) => ({ ...product, supplier: { ...supplier, city: '杭州' } })));
  };

  const { created } = await importProducts(db, changing(), { batchSize: 5 });

  expect(created).toBe(60);
  expect(await suppliers(db).find(memberId.value)).toMatchObject({ name: '云裳', city: '杭州', aliases: [memberId] });
  expect(await valueOf(db, 'select count(*)::integer from sync1688.products where supplier_id is not null')).toBeGreaterThanOrEqual(40);
});
