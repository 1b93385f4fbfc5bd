import { checkRebuild, exportRecords, importProducts, lockField, productHistory, remap, runSummary, type ExportEntity } from '@1688/catalog';
import type { Product } from '@1688/core';
import { products, type Database } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day } from './listing-scans.ts';
import { numberedProducts, recordsOf, valueOf } from './records.ts';
import { testMapper } from './stored-mapper.ts';
import { ofOffer, recordsOfVersions, versions, type Version } from './versions.ts';

const offerId = '610947572360';
const told = (db: Database, number: number, product: Partial<Product>): Promise<unknown> => importProducts(db, recordsOf([{ offerId, ...product }]), { observedAt: day(number) });
/** The second version of a mapper that had taken fen for yuan and overlooked the unit. */
const corrected = testMapper({ version: 2, change: (product) => ({ ...product, unit: '件', ...(product.priceMinCny ? { priceMinCny: (Number(product.priceMinCny) / 100).toFixed(2) } : {}) }) });

describe('remap', () => {
  test('corrects what the same documents told before, and leaves when it was seen', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 1, { priceMinCny: '3000', stockQuantity: 5 });
    const seen = `select detail_observed_at::text from sync1688.products`;
    const before = await valueOf(db, seen);

    const planned = await remap(db, { mapper: corrected, dryRun: true });
    const result = await remap(db, { mapper: corrected });

    expect(planned).toEqual({ ...result, syncRecord: null });
    expect(result).toMatchObject({ products: 1, documents: 1, changed: 1, rejected: 0, skipped: 0, fields: { priceMinCny: 1, unit: 1 }, syncRecord: { kind: 'remap', status: 'completed', read: 1, updated: 1 } });
    expect(await products(db).find(offerId)).toMatchObject({ priceMinCny: '30.00', unit: '件', stockQuantity: 5 });
    expect(await valueOf(db, seen)).toBe(before);
    expect(await runSummary(db, result.syncRecord!.id)).toEqual({ kinds: { 'product updated': 1 }, fields: { priceMinCny: 1, unit: 1 } });
    expect((await productHistory(db, offerId, { field: 'price' })).points).toHaveLength(1);
    expect(await checkRebuild(db, { mapper: corrected })).toMatchObject({ differenceCount: 0 });
  });

  test('is done once: documents of the present mapper are left alone, unless all are asked for', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await importProducts(db, recordsOf(numberedProducts(5)), { observedAt: day(1) });

    await remap(db, { mapper: corrected, batchSize: 2 });

    expect(await remap(db, { mapper: corrected })).toMatchObject({ products: 0, documents: 0, changed: 0 });
    expect(await remap(db, { mapper: corrected, all: true })).toMatchObject({ products: 5, documents: 5, changed: 0 });
    expect(await valueOf<number>(db, 'select max(mapper_version) from sync1688.payloads')).toBe(2);
  });

  test('respects locks and what a program wrote later, and keeps what the source says now beside the lock', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 1, { title: '雪纺连衣裙', priceMinCny: '3000', subtitle: '显瘦' });
    await lockField(db, offerId, 'priceMinCny', { value: '99' });
    await products(db).upsert({ offerId, title: '我的标题' });

    await remap(db, { mapper: corrected });

    expect(await products(db).find(offerId)).toMatchObject({ title: '我的标题', priceMinCny: '99.00', unit: '件', subtitle: '显瘦' });
    expect(await valueOf(db, `select field_locks->'priceMinCny'->'source'->>'value' from sync1688.products`)).toBe('30.00');
  });

  test('an older document never wins over a newer one', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 2, { priceMinCny: '2800' });
    await told(db, 1, { priceMinCny: '3000', subtitle: '显瘦' });

    await remap(db, { mapper: corrected });

    expect(await products(db).find(offerId)).toMatchObject({ priceMinCny: '28.00', subtitle: '显瘦' });
  });

  test('counts documents that the present mapper refuses, and leaves offers of unknown profiles alone', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 1, { priceMinCny: '3000' });
    await importProducts(db, recordsOf([{ offerId: 'other', priceMinCny: '7' }], { profile: 'gone' }), { observedAt: day(1) });
    const known = testMapper({ version: 3 });
    const refusing: typeof known = { ...known, map: (document) => (known.map(document), null) };

    expect(await remap(db, { mapper: refusing, all: true, dryRun: true })).toMatchObject({ products: 1, rejected: 1, changed: 0 });
    expect((await products(db).find('other'))?.priceMinCny).toBe('7.00');
  });

  test('goes on where it was stopped', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await importProducts(db, recordsOf(numberedProducts(9)), { observedAt: day(1) });
    const stop = new AbortController();

    const stopped = remap(db, { mapper: corrected, all: true, batchSize: 2, signal: stop.signal, onProgress: ({ done }) => { if (done >= 4) stop.abort(); } });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    const result = await remap(db, { mapper: corrected, all: true, batchSize: 2 });

    expect(result).toMatchObject({ products: 9, changed: 9, syncRecord: { read: 9 } });
  });
});

test('gives the tables that an import of all documents by the new mapper gives', async () => {
  await using database = await testDatabase();
  await using afresh = await testDatabase();
  const lists = fc.sample(versions({ kinds: ['list', 'detail', 'message'], count: 8, pool: 4 }), { numRuns: 40, seed: 6 }).map((list, index) => ofOffer(list, 2_000 + index));
  const change = (product: Product): Product => ({ ...product, ...(product.title ? { title: `新${product.title}`, subtitle: product.unit ?? '无' } : {}), ...(product.skus ? { skus: product.skus.filter(({ skuId }) => skuId !== '5013') } : {}) });
  const rounds = [0, 1, 2].map((round) => lists.flatMap((list) => list.filter((_, at) => at % 3 === round)).toReversed());

  for (const round of rounds) await importProducts(database.db, recordsOfVersions(round), { batchSize: 50 });
  for (const round of rounds) await importProducts(afresh.db, recordsOfVersions(round.map((version) => ({ ...version, product: change(version.product as Product) }) as Version)), { batchSize: 50 });
  const result = await remap(database.db, { mapper: testMapper({ version: 2, change }) });

  expect(result.changed).toBeGreaterThan(20);
  expect(await stateOf(database.db)).toEqual(await stateOf(afresh.db));
}, 60_000);

async function stateOf(db: Database): Promise<string[]> {
  const lines: string[] = [];
  for (const entity of ['products', 'suppliers', 'images'] satisfies ExportEntity[]) for await (const record of exportRecords(db, entity, { sorted: true, portable: true })) lines.push(JSON.stringify(record));
  return lines;
}
