import { expect, test } from 'vitest';
import { cliStore, tableOf } from './cli-store.ts';

test('search finds by terms, prices, quotes and what is left out', async () => {
  await using store = await cliStore();
  await store.file('a.csv', tableOf([['610947000001', '高腰瑜伽裤女', '12.80'], ['610947000002', '裸感瑜伽裤 加厚', '31.90'], ['610947000003', '雪纺连衣裙', '25.00']]));
  await store.run('import', 'a.csv');
  const found = async (...args: string[]): Promise<string[]> => (await store.data<{ items: { offerId: string }[] }>('search', ...args)).items.map(({ offerId }) => offerId.slice(-1)).toSorted();

  expect(await found('瑜伽裤')).toEqual(['1', '2']);
  expect(await found('瑜伽裤', '--price-max', '20')).toEqual(['1']);
  expect(await found('瑜伽裤', '--price-min', '20', '--price-max', '40')).toEqual(['2']);
  expect(await found('瑜伽裤 -加厚')).toEqual(['1']);
  expect(await found('"瑜伽裤 加厚"')).toEqual(['2']);
  expect(await found('瑜伽长裙')).toEqual(['1', '2', '3']);
  expect(await found('zzz')).toEqual([]);
});

test('the command for the next page asks the same question', async () => {
  await using store = await cliStore();
  await store.file('a.csv', tableOf([['610947000001', '高腰瑜伽裤女', '12.80'], ['610947000002', '裸感瑜伽裤 加厚', '31.90'], ['610947000003', '雪纺连衣裙', '25.00']]));
  await store.run('import', 'a.csv');

  const first = await store.run('search', '瑜伽 裤', '--limit', '1', '--price-min', '5', '--sort', 'price');
  const next = /search ('[^']+') (.*)/.exec(first.stderr);
  const second = await store.run('search', next?.[1]?.slice(1, -1) ?? '', ...(next?.[2]?.split(' ') ?? []));

  expect(first.stdout).toContain('610947000001');
  expect(second).toMatchObject({ code: 0 });
  expect(second.stdout).toContain('610947000002');
});
