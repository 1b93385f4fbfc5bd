import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exportLines, exportToFile, importFile, type ExportOptions } from '@1688/mirror';
import { readProducts } from '@1688/sources';
import { expect, test } from 'vitest';
import { allOf, openStore, workbookStore, type WorkbookStore } from './workbook-store.ts';

async function lines(store: WorkbookStore, what: string, options: ExportOptions = {}): Promise<string[]> {
  return allOf(exportLines(store.mirror, what, options));
}

test.each(['jsonl', 'csv'] as const)('a store filled from an export as %s has the same fingerprint', async (format) => {
  await using store = await workbookStore();
  await using copy = await openStore();
  const file = path.join(store.folder, `products.${format}`);
  await exportToFile(store.mirror, 'products', file, { format });

  const run = await importFile(copy.mirror, file);

  expect(run).toMatchObject({ created: 2, rejected: 0 });
  expect(await lines(copy, 'products', { sorted: true, portable: true })).toEqual(await lines(store, 'products', { sorted: true, portable: true }));
});

test('plain CSV is the same in every language, ends its lines as RFC 4180 has it, and has headers even when it is empty', async () => {
  await using store = await openStore();
  const file = path.join(store.folder, 'products.csv');

  const written = await exportToFile(store.mirror, 'products', file, { format: 'csv', language: 'zh-CN' });

  expect(written.records).toBe(0);
  expect(await readFile(file, 'utf8')).toMatch(/^offerId,title,titleTranslated,[^\n]*\r\n$/);
});

test('CSV for Excel has its mark, headers in the language asked for, and ids that Excel keeps', async () => {
  await using store = await workbookStore();
  const file = path.join(store.folder, '商品.csv');

  await exportToFile(store.mirror, 'products', file, { format: 'csv', excel: true, language: 'zh-CN' });
  const text = await readFile(file, 'utf8');
  const english = await lines(store, 'products', { format: 'csv', excel: true });

  expect(text).toMatch(/^\uFEFF商品ID,商品标题,/);
  expect(english[0]).toMatch(/^\uFEFFofferId,title,/);
  expect(text).toContain('"=""610947572360123456""",夏季新款雪纺连衣裙女 ZOOLAND,');
  expect(text).toContain('"=""00071"""');
  expect(text).toContain(",'=SUM(1+1) 保温杯,");
  expect(text).toContain(',2026-01-01 02:00:00,2026-03-02 04:03:04,,\r\n');
});

test.each(['en', 'zh-CN'] as const)('CSV for Excel in %s comes back as the products it shows', async (language) => {
  await using store = await workbookStore();
  const file = path.join(store.folder, '商品.csv');
  await exportToFile(store.mirror, 'products', file, { format: 'csv', excel: true, language });

  const outcomes = await allOf(readProducts(file));
  const [dress, cup] = outcomes.map((outcome) => outcome.ok && outcome.value);

  expect(outcomes).toHaveLength(2);
  expect(cup).toMatchObject({ product: { offerId: '610947572361', title: '=SUM(1+1) 保温杯' } });
  expect(dress).toMatchObject({
    profile: 'table',
    product: {
      offerId: '610947572360123456', title: '夏季新款雪纺连衣裙女 ZOOLAND', titleTranslated: 'Chiffon dress', subtitle: '一件代发', priceMinCny: '31.50', priceMaxCny: '35.00', consignPriceCny: '38.1234',
      minOrderQuantity: 2, unit: '件', stockQuantity: 120, soldQuantity: 7, rating: 4.8, categoryId: '1031910', categoryName: '连衣裙', specifications: { articleNumber: '00071' },
      supplier: { sourceId: 'b2b-2217592221256', name: '示例服饰有限公司', province: '浙江', city: '杭州市', aliases: [{ kind: 'memberId', value: 'b2b-2217592221256' }, { kind: 'loginId', value: '示例服饰' }] },
      images: [{ role: 'main' }, { role: 'gallery' }], createdAtSource: new Date('2025-12-31T18:00:00Z'), updatedAtSource: new Date('2026-03-01T20:03:04Z'),
    },
  });
});

test('an export that is given up, or cannot be written, leaves the old file and nothing beside it', async () => {
  await using store = await workbookStore();
  const folder = path.join(store.folder, 'out');
  await mkdir(path.join(folder, 'sub'), { recursive: true });
  await writeFile(path.join(folder, 'old'), 'old');

  for (const format of ['jsonl', 'csv', 'xlsx'] as const) {
    const stopping = new AbortController();
    const given = { format, signal: stopping.signal, onProgress: () => stopping.abort() };
    await expect(exportToFile(store.mirror, 'products', path.join(folder, 'old'), given)).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(exportToFile(store.mirror, 'products', path.join(folder, 'sub'), { format })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await expect(exportToFile(store.mirror, 'products', path.join(folder, 'none', 'new'), { format })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  }

  expect(await readFile(path.join(folder, 'old'), 'utf8')).toBe('old');
  expect((await readdir(folder)).toSorted()).toEqual(['old', 'sub']);
});

test.each<[string, ExportOptions]>([
  ['things', {}], ['suppliers', { format: 'xlsx', pictures: true }], ['products', { pictures: true }], ['products', { excel: true }], ['products', { format: 'csv', excel: true, portable: true }], ['products', { format: 'xlsx' }],
])('%s with %j is refused before anything is written', async (what, options) => {
  await using store = await openStore();

  await expect(lines(store, what, options)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});
