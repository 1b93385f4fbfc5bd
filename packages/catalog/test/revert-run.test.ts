import { importProducts, productHistory, revertRun, runChanges, runSummary } from '@1688/catalog';
import type { Product } from '@1688/core';
import { products, syncRecords, type Database } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day } from './listing-scans.ts';
import { collected, fingerprint, recordsOf } from './records.ts';

const offerId = '610947572360';

async function told(db: Database, number: number, list: readonly (Partial<Product> & { offerId: string })[]): Promise<string> {
  return (await importProducts(db, recordsOf(list), { observedAt: day(number) })).syncRecord.id;
}

describe('a run that is taken back', () => {
  test('leaves the tables as they were before it', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const supplier = { sourceId: 'b2b-1', name: '杭州云裳服饰', aliases: [] };
    await told(db, 1, [{
      offerId, title: '雪纺连衣裙', priceMinCny: '30', priceTiers: [{ minQuantity: 2, priceCny: '30' }], supplier, sourceStatus: 'published',
      skus: [{ skuId: 's1', priceCny: '30', stockQuantity: 5 }, { skuId: 's2', priceCny: '31' }], images: [{ url: 'https://cbu01.alicdn.com/img/a.jpg', role: 'main' }],
    }]);
    const before = await fingerprint(db);
    const run = await told(db, 2, [{
      offerId, title: '坏数据', priceMinCny: '3', priceTiers: [], supplier: { ...supplier, name: '错误' }, sourceStatus: 'expired',
      skus: [{ skuId: 's1', priceCny: '3', stockQuantity: 0 }, { skuId: 's3', priceCny: '1' }], images: [{ url: 'https://cbu01.alicdn.com/img/b.jpg', role: 'main' }],
    }, { offerId: '610947572361', title: '新商品' }]);

    const planned = await revertRun(db, run, { dryRun: true });
    const result = await revertRun(db, run);

    expect(planned).toMatchObject({ syncRecord: null, products: 1, suppliers: 1, removed: 1, keptCount: 0, values: result.values });
    expect(result).toMatchObject({ products: 1, suppliers: 1, removed: 1, restored: 0, keptCount: 0, syncRecord: { kind: 'revert', status: 'completed' } });
    expect(withoutHistory(await fingerprint(db))).toEqual(withoutHistory(before));
    expect((await products(db).find(offerId))?.delistedAt).toBeNull();
    expect(await products(db).find('610947572361')).toBeNull();
  });

  test('keeps what was changed later, and says so', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 1, [{ offerId, title: '雪纺连衣裙', priceMinCny: '30', stockQuantity: 5 }]);
    const run = await told(db, 2, [{ offerId, title: '坏数据', priceMinCny: '3', stockQuantity: 0 }, { offerId: '610947572361', stockQuantity: 1 }]);
    const later = await told(db, 3, [{ offerId, title: '坏数据', priceMinCny: '28', stockQuantity: 0 }, { offerId: '610947572361', stockQuantity: 2 }]);

    const result = await revertRun(db, run);

    expect(await products(db).find(offerId)).toMatchObject({ title: '雪纺连衣裙', priceMinCny: '28.00', stockQuantity: 5 });
    expect(await products(db).find('610947572361')).toMatchObject({ stockQuantity: 2 });
    expect(result).toMatchObject({ products: 1, values: 2, removed: 0, keptCount: 2 });
    expect(result.kept.toSorted((a, b) => (a.sourceId < b.sourceId ? -1 : 1))).toMatchObject([{ sourceId: offerId, field: 'priceMinCny', reason: 'changed later', syncRecordId: later }, { sourceId: '610947572361', field: 'created' }]);
  });

  test('is told by the feed and the history of the run that took it back', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 1, [{ offerId, priceMinCny: '30' }]);
    const run = await told(db, 2, [{ offerId, priceMinCny: '3' }]);

    const { syncRecord } = await revertRun(db, run);

    const entries = await collected(runChanges(db, syncRecord!.id));
    expect(entries).toMatchObject([{ kind: 'updated', sourceId: offerId, fields: { priceMinCny: { before: '3.00', after: '30.00' } } }]);
    expect(await runSummary(db, syncRecord!.id)).toEqual({ kinds: { 'product updated': 1 }, fields: { priceMinCny: 1 } });
    expect((await productHistory(db, offerId, { field: 'price' })).points.map(({ value }) => (value as { priceMinCny: string }).priceMinCny)).toEqual(['30.00', '3.00', '30.00']);
  });

  test('is taken back once, and comes back when that is taken back itself', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 1, [{ offerId, priceMinCny: '30' }]);
    const run = await told(db, 2, [{ offerId, priceMinCny: '3' }, { offerId: '610947572361' }]);
    const { syncRecord } = await revertRun(db, run);

    await expect(revertRun(db, run)).rejects.toMatchObject({ code: 'SYNC_STATE', details: { revertedBy: syncRecord!.id } });
    const again = await revertRun(db, syncRecord!.id);

    expect(again).toMatchObject({ products: 1, restored: 1 });
    expect(await products(db).find(offerId)).toMatchObject({ priceMinCny: '3.00' });
    expect(await products(db).find('610947572361')).not.toBeNull();
    expect(await revertRun(db, run)).toMatchObject({ products: 1, removed: 1 });
  });

  test('is heard again when the source tells the same later', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 1, [{ offerId, priceMinCny: '30' }]);
    const run = await told(db, 2, [{ offerId, priceMinCny: '28' }]);
    await revertRun(db, run);

    await importProducts(db, recordsOf([{ offerId, priceMinCny: '28' }]));

    expect(await products(db).find(offerId)).toMatchObject({ priceMinCny: '28.00' });
  });

  test('must have ended, and must be there', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const { id } = await syncRecords(db).start({ kind: 'import' });

    await expect(revertRun(db, id)).rejects.toMatchObject({ code: 'SYNC_STATE' });
    await expect(revertRun(db, '999')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('goes on after a batch that failed, and writes nothing twice', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const list = Array.from({ length: 9 }, (_, index) => ({ offerId: String(610_947_572_000 + index), priceMinCny: '30' }));
    await told(db, 1, list);
    const before = withoutHistory(await fingerprint(db));
    const run = await told(db, 2, list.map((each) => ({ ...each, priceMinCny: '3' })));
    const stop = new AbortController();

    const stopped = revertRun(db, run, { batchSize: 2, signal: stop.signal, onProgress: ({ done }) => { if (done >= 4) stop.abort(); } });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    const result = await revertRun(db, run, { batchSize: 2 });

    expect(result).toMatchObject({ products: 9, values: 9, syncRecord: { updated: 9 } });
    expect(await collected(runChanges(db, result.syncRecord!.id))).toHaveLength(9);
    expect(withoutHistory(await fingerprint(db))).toEqual(before);
  });
});

const skuIds = ['s1', 's2', 's3'];
const version = fc.record({
  title: fc.constantFrom('雪纺连衣裙', '新款雪纺连衣裙', '坏数据'),
  priceMinCny: fc.option(fc.constantFrom('30.00', '28.00', '3.00')),
  unit: fc.constantFrom('件', '条'),
  stockQuantity: fc.integer({ min: 0, max: 2 }),
  priceTiers: fc.subarray([{ minQuantity: 2, priceCny: '30.00' }, { minQuantity: 50, priceCny: '28.00' }]),
  skus: fc.subarray(skuIds).chain((ids) => fc.tuple(...ids.map((skuId) => fc.record({ skuId: fc.constant(skuId), priceCny: fc.constantFrom('30.00', '3.00'), stockQuantity: fc.integer({ min: 0, max: 1 }) })))),
  images: fc.subarray(['a', 'b']).map((names) => names.map((name) => ({ url: `https://cbu01.alicdn.com/img/${name}.jpg`, role: 'gallery' as const }))),
}, { requiredKeys: ['title'] });

test('whatever a run and those after it did: each value is as before it, but for what was changed since', async () => {
  await using database = await testDatabase();
  const { db } = database;
  let number = 0;
  await fc.assert(fc.asyncProperty(fc.option(version), version, fc.option(version), async (first, second, third) => {
    const id = String(610_947_573_000 + (number += 1));
    const tell = async (at: number, product: object | null): Promise<string> => (product ? told(db, at, [{ offerId: id, ...product }]) : '');
    await tell(1, first);
    const before = await valuesOf(db, id);
    const run = await tell(2, second);
    const after = await valuesOf(db, id);
    await tell(3, third);
    const now = await valuesOf(db, id);

    await revertRun(db, run);

    expect(await valuesOf(db, id)).toEqual(expectedValues(before, after, now));
  }), { numRuns: 60 });
}, 60_000);

type Values = ReadonlyMap<string, string>;

/** Null for a product that is not there. */
async function valuesOf(db: Database, id: string): Promise<Values | null> {
  const product = await products(db).find(id);
  if (!product) return null;
  const values = new Map<string, string>();
  for (const field of ['title', 'priceMinCny', 'unit', 'stockQuantity', 'priceTiers', 'images'] as const) values.set(field, JSON.stringify(product[field]));
  for (const { skuId, priceCny, stockQuantity } of product.skus ?? []) {
    values.set(`${skuId} listed`, 'true').set(`${skuId} price`, JSON.stringify(priceCny)).set(`${skuId} stock`, JSON.stringify(stockQuantity));
  }
  return values;
}

function expectedValues(before: Values | null, after: Values | null, now: Values | null): Values | null {
  if (before === null) return [...after!].every(([key, value]) => now!.get(key) === value) && now!.size === after!.size ? null : now;
  const keys = new Set([...before.keys(), ...after!.keys(), ...now!.keys()]);
  const values = new Map([...keys].flatMap((key) => {
    const value = now!.get(key) === after!.get(key) ? before.get(key) : now!.get(key);
    return value === undefined ? [] : [[key, value] as const];
  }));
  for (const skuId of skuIds) {
    if (values.has(`${skuId} listed`)) continue;
    for (const name of ['price', 'stock']) values.delete(`${skuId} ${name}`);
  }
  return values;
}

function withoutHistory(text: string): string[] {
  return text.split('\n').filter((line) => !line.includes('"entity":"history"'));
}
