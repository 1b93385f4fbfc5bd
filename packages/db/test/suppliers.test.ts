import { aSupplier, testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { changes, products, suppliers } from '../src/index.ts';
import { collected } from './fixtures/collected.ts';

test('a supplier is found by its source id, our id and each of its aliases', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const told = aSupplier({ sourceId: 'b2b-1', aliases: [{ kind: 'memberId', value: 'b2b-1' }, { kind: 'loginId', value: '云裳旗舰店' }] });

  const stored = await suppliers(db).upsert(told);

  expect(stored).toMatchObject(told);
  expect(await suppliers(db).find('b2b-1')).toEqual(stored);
  expect(await suppliers(db).findById(stored.id)).toEqual(stored);
  expect(await suppliers(db).findByAlias({ kind: 'loginId', value: '云裳旗舰店' })).toEqual(stored);
  expect(await suppliers(db).findByAlias({ kind: 'userId', value: '云裳旗舰店' })).toBeNull();
});

test('a supplier that another source knows by an alias is the same one, and learns its keys', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const first = await suppliers(db).upsert({ sourceId: 'b2b-1', name: '云裳', city: '杭州', aliases: [{ kind: 'memberId', value: 'b2b-1' }, { kind: 'loginId', value: '云裳旗舰店' }] });

  const second = await suppliers(db).upsert({ sourceId: '云裳旗舰店', province: '浙江', aliases: [{ kind: 'loginId', value: '云裳旗舰店' }, { kind: 'openId', value: 'AAx1' }] });

  expect(second).toMatchObject({ id: first.id, sourceId: 'b2b-1', name: '云裳', city: '杭州', province: '浙江' });
  expect(await suppliers(db).findByAlias({ kind: 'openId', value: 'AAx1' })).toMatchObject({ id: first.id });
  expect(await suppliers(db).count()).toBe(1);
});

test('an alias that belongs to another supplier stays there', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const first = await suppliers(db).upsert({ sourceId: 'a', aliases: [{ kind: 'loginId', value: 'shop' }] });
  await suppliers(db).upsert({ sourceId: 'b' });

  const second = await suppliers(db).upsert({ sourceId: 'b', aliases: [{ kind: 'loginId', value: 'shop' }] });

  expect(second.aliases).toEqual([]);
  expect(await suppliers(db).findByAlias({ kind: 'loginId', value: 'shop' })).toMatchObject({ id: first.id });
});

test('two that were stored apart become one when their keys are told together', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const weak = await suppliers(db).upsert({ sourceId: '云裳旗舰店', city: '杭州', aliases: [{ kind: 'loginId', value: '云裳旗舰店' }] });
  const strong = await suppliers(db).upsert({ sourceId: 'b2b-1', name: '云裳', aliases: [{ kind: 'memberId', value: 'b2b-1' }] });
  await products(db).upsert({ offerId: '1', title: '连衣裙', supplierId: weak.id });

  const joined = await suppliers(db).upsert({ sourceId: '云裳旗舰店', province: '浙江', aliases: [{ kind: 'loginId', value: '云裳旗舰店' }, { kind: 'memberId', value: 'b2b-1' }] });

  expect(joined).toMatchObject({ id: strong.id, sourceId: 'b2b-1', name: '云裳', city: '杭州', province: '浙江' });
  expect(joined.aliases.map(({ value }) => value).toSorted()).toEqual(['b2b-1', '云裳旗舰店']);
  expect((await products(db).find('1'))?.supplierId).toBe(strong.id);
  expect(await suppliers(db).find('云裳旗舰店')).toBeNull();
  const told = await collected(changes(db).list(), ({ sourceId, kind, fields }) => [sourceId, kind, fields['supplier'] ?? fields['joinedInto']]);
  expect(told).toContainEqual(['云裳旗舰店', 'removed', { before: null, after: 'b2b-1' }]);
  expect(told).toContainEqual(['1', 'updated', { before: '云裳旗舰店', after: 'b2b-1' }]);
  expect((await suppliers(db).upsert({ sourceId: '云裳旗舰店', rating: 4.5 })).id).toBe(strong.id);
});

test('suppliers are listed in the order of arrival, filtered and from a place on', async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (const sourceId of ['c', 'a', 'b']) await suppliers(db).upsert({ sourceId, province: sourceId === 'a' ? '浙江' : '广东' });

  const list = (options: object) => collected(suppliers(db).list(options), (each) => each.sourceId);

  expect(await list({})).toEqual(['c', 'a', 'b']);
  expect(await list({ after: 'c', limit: 1 })).toEqual(['a']);
  expect(await list({ province: '广东' })).toEqual(['c', 'b']);
  await expect(list({ after: 'unknown' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a removed supplier counts as absent until it is restored', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await suppliers(db).upsert({ sourceId: 'a' });

  expect(await suppliers(db).remove('a')).toBe(true);
  expect(await suppliers(db).find('a')).toBeNull();
  expect(await suppliers(db).restore('a')).toBe(true);
  expect(await suppliers(db).find('a')).not.toBeNull();
});
