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

test('search counts, tells facets and explains; words go on; copied titles are found', async () => {
  await using store = await cliStore();
  await store.file('a.csv', tableOf([['610947000001', '高腰瑜伽裤女', '12.80'], ['610947000002', '高腰，瑜伽裤 女', '31.90'], ['610947000003', '雪纺连衣裙', '25.00']]));
  await store.run('import', 'a.csv');

  const shown = await store.run('search', '瑜伽褲', '--count', '--facets', 'price', '--explain');
  const parts = await store.data<{ count: unknown; facets: { values: unknown }; explain: { grams: { gram: string }[] } }>('search', '瑜伽裤', '--count', '--facets', 'price', '--explain');
  const wrong = await store.run('search', '裤', '--facets', 'colour');

  expect(shown.stdout).toMatch(/2 found[^]*10-20[^]*Answered in \d+ ms[^]*瑜伽[^]*Scan/);
  expect(parts).toMatchObject({ count: { value: 2, isExact: true }, facets: { values: { price: [{ value: '10-20', count: 1 }, { value: '20-50', count: 1 }] } } });
  expect(parts.explain.grams.map(({ gram }) => gram)).toEqual(['瑜伽', '伽裤']);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('category, supplier, status, price') });
  expect((await store.data<{ items: unknown }>('suggest', '瑜')).items).toEqual([{ text: '瑜伽裤', kind: 'title', count: 2 }]);
  expect((await store.run('suggest', '龘')).stderr).toContain('Nothing found');
});

test('a reader that leaves early ends the command quietly', async () => {
  await using store = await cliStore();
  await store.file('a.csv', tableOf(Array.from({ length: 300 }, (_, number) => [String(610_947_000_000 + number), `高腰瑜伽裤女 ${number}`, '12.80'])));
  await store.run('import', 'a.csv');

  const child = store.start('export', 'products', '--format', 'jsonl', '-o', '-');
  let talk = '';
  child.stderr?.on('data', (chunk: Buffer) => { talk += String(chunk); });
  child.stdout?.once('data', () => child.stdout?.destroy());
  const code = await new Promise((resolve) => child.once('close', resolve));

  expect([code, talk]).toEqual([0, expect.not.stringContaining('EPIPE')]);
});
