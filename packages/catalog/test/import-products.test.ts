import { type Outcome, type ProductRecord, type RejectedRecord, SyncError } from '@1688/core';
import { changesSince, exportRecords, importProducts, productHistory, productsAsOf } from '@1688/catalog';
import { products, syncRejects } from '@1688/db';
import { aProduct, aSupplier, testDatabase } from '@1688/vitest';
import { describe, expect, test } from 'vitest';
import { exportedProducts, fold } from './fold-feed.ts';
import { collected, numberedProducts, recordsOf, valueOf } from './records.ts';

const tables = ['products', 'skus', 'price_tiers', 'product_images', 'suppliers', 'supplier_aliases', 'payloads', 'history_points', 'changes'];

describe('importProducts', () => {
  test('stores products with supplier, SKUs, tiers and pictures, and tells what it did', async () => {
    await using database = await testDatabase();
    const product = aProduct({ supplier: aSupplier(), skus: [{ skuId: 's1', specId: 'a', priceCny: '7.8', priceTiers: [{ minQuantity: 10, priceCny: '7' }] }] });

    const result = await importProducts(database.db, recordsOf([product]), { input: 'offers.jsonl' });

    expect(result).toMatchObject({ read: 1, created: 1, updated: 0, unchanged: 0, rejected: 0, duplicates: 0, suppliers: 1, imagesQueued: 3, profile: 'test' });
    expect(result.syncRecord).toMatchObject({ status: 'completed', input: 'offers.jsonl', read: 1, created: 1, profile: 'test' });
    const stored = await products(database.db).find(product.offerId);
    expect(stored).toMatchObject({ title: product.title, priceMinCny: '31.50', priceTiers: product.priceTiers, soldQuantity: null });
    expect(stored?.skus).toMatchObject([{ skuId: 's1', specId: 'a', priceCny: '7.80', priceTiers: [{ minQuantity: 10, priceCny: '7.00' }] }]);
    expect(stored?.images).toMatchObject(product.images ?? []);
  });

  test('importing the same again writes nothing but sightings', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await importProducts(db, recordsOf(numberedProducts(120)), { batchSize: 50 });
    const rowVersions = () => Promise.all(tables.map((table) => valueOf(db, `select string_agg(xmin::text || ctid::text, ' ' order by ctid) from sync1688.${table}`)));
    const before = await rowVersions();

    const again = await importProducts(db, recordsOf(numberedProducts(120)), { batchSize: 50 });

    expect(again).toMatchObject({ read: 120, created: 0, updated: 0, unchanged: 120, suppliers: 0, imagesQueued: 0 });
    expect(await rowVersions()).toEqual(before);
    expect(await valueOf(db, 'select sum(product_count)::integer from sync1688.sightings')).toBe(240);
  });

  test('a field that is not told stays, null empties it, and 0 is a number', async () => {
    await using database = await testDatabase();
    const offerId = '610947572360';
    await importProducts(database.db, recordsOf([{ offerId, subtitle: '副标题', unit: '件', stockQuantity: 5, minOrderQuantity: 2 }]));

    await importProducts(database.db, recordsOf([{ offerId, subtitle: null, stockQuantity: 0 }]));

    expect(await products(database.db).find(offerId)).toMatchObject({ subtitle: null, stockQuantity: 0, unit: '件', minOrderQuantity: 2 });
  });

  test('a list that is told replaces the stored one, and what comes back is the row that was there', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const offerId = '610947572360';
    const picture = (name: string) => ({ url: `https://cbu01.alicdn.com/img/ibank/${name}.jpg`, role: 'gallery' as const });
    const whole = { offerId, skus: [{ skuId: 'a' }, { skuId: 'b' }], priceTiers: [{ minQuantity: 1, priceCny: '9.00' }], images: [picture('one'), picture('two')] };
    await importProducts(db, recordsOf([whole]));
    const ids = await valueOf(db, `select string_agg(id::text, ' ' order by id) from sync1688.skus`);

    await importProducts(db, recordsOf([{ offerId, skus: [{ skuId: 'b' }], priceTiers: [{ minQuantity: 5, priceCny: '8.00' }], images: [picture('two')] }]));
    const reduced = await products(db).find(offerId);
    await importProducts(db, recordsOf([whole]));

    expect(reduced?.skus.map((sku) => sku.skuId)).toEqual(['b']);
    expect(reduced?.priceTiers).toEqual([{ minQuantity: 5, priceCny: '8.00' }]);
    expect(reduced?.images).toHaveLength(1);
    expect(await products(db).find(offerId)).toMatchObject({ skus: [{ skuId: 'a' }, { skuId: 'b' }], priceTiers: whole.priceTiers, images: whole.images });
    expect(await valueOf(db, `select string_agg(id::text, ' ' order by id) from sync1688.skus`)).toBe(ids);
  });

  test('a search row does not take away what a detail document told, and neither makes the other look changed', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const detail = aProduct({ offerId: '610947572360' });
    const row = { offerId: detail.offerId, title: detail.title, priceMinCny: '31.50', images: detail.images?.slice(0, 1) };
    await importProducts(db, recordsOf([detail]));

    const listed = await importProducts(db, recordsOf([row], { kind: 'list' }));
    const again = [await importProducts(db, recordsOf([detail])), await importProducts(db, recordsOf([row], { kind: 'list' }))];

    expect(listed).toMatchObject({ updated: 0, unchanged: 1 });
    expect(again.map((result) => result.unchanged)).toEqual([1, 1]);
    expect((await products(db).find(detail.offerId))?.images).toHaveLength(3);
  });

  test('an offer that comes again in the run is counted as a duplicate, in the same batch and in a later one', async () => {
    await using database = await testDatabase();
    const all = [...numberedProducts(6), ...numberedProducts(4), ...numberedProducts(2)];

    const first = await importProducts(database.db, recordsOf(all), { batchSize: 8 });
    const second = await importProducts(database.db, recordsOf(all), { batchSize: 5 });

    expect(first).toMatchObject({ read: 12, created: 6, updated: 0, unchanged: 0, duplicates: 6 });
    expect(second).toMatchObject({ read: 12, created: 0, updated: 0, unchanged: 6, duplicates: 6 });
  });

  test('what moves on every pull is no change', async () => {
    await using database = await testDatabase();
    const told = { offerId: '610947572360', soldQuantity: 10 };
    await importProducts(database.db, recordsOf([told], { document: '{"offerId":"610947572360","traceInfo":"a","monthSold":3}' }));

    const result = await importProducts(database.db, recordsOf([{ ...told, soldQuantity: 11 }], { document: '{"offerId":"610947572360","traceInfo":"b","monthSold":4}' }));

    expect(result.unchanged).toBe(1);
    expect(await valueOf(database.db, 'select count(*)::integer from sync1688.payloads')).toBe(1);
  });

  test('a record that cannot be stored is one reject, kept whole; the others land', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await db.knex.raw(`alter table sync1688.products add check (title <> '拒绝')`);
    const rejected: Outcome<ProductRecord, RejectedRecord> = {
      ok: false, error: new SyncError('FIELD_MISSING', 'Expected a title.'),
      item: { document: '{"offerId":"9"}', profile: 'test', position: { line: 9, record: 9, pointer: '' }, field: 'title' },
    };
    async function* source() {
      yield* recordsOf([...numberedProducts(5), { offerId: '1', title: '拒绝' }, { offerId: '2', images: [{ role: 'main', url: `https://example.com/${'图'.repeat(900)}` }] }]);
      yield rejected;
    }
    const heard: string[] = [];

    const result = await importProducts(db, source(), { onReject: (_, error) => heard.push(error.code) });

    expect(result).toMatchObject({ read: 8, created: 5, rejected: 3 });
    expect(result.syncRecord.status).toBe('partial');
    expect(heard.toSorted()).toEqual(['FIELD_INVALID', 'FIELD_MISSING', 'FIELD_TOO_LONG']);
    const kept = await collected(syncRejects(db).list());
    expect(kept).toContainEqual(expect.objectContaining({ document: '{"offerId":"9"}', line: 9, field: 'title', code: 'FIELD_MISSING' }));
  });

  test('characters that PostgreSQL refuses are taken out of texts', async () => {
    await using database = await testDatabase();

    const result = await importProducts(database.db, recordsOf([{ offerId: '1', title: '连\u0000衣\ud800裙', attributes: [{ name: '色\u0000', value: '\udfff' }] }]));

    expect(result.created).toBe(1);
    expect(await products(database.db).find('1')).toMatchObject({ title: '连衣\ufffd裙', attributes: [{ name: '色', value: '\ufffd' }] });
  });

  test('superseded values become history with the period they held; first sightings and unchanged syncs add none', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const offerId = '610947572360';
    const day = (number: number) => new Date(Date.UTC(2026, 0, number));
    const at = (number: number, priceCny: string, skus: string[]) => importProducts(db, recordsOf([{
      offerId, priceMinCny: priceCny, priceMaxCny: priceCny, stockQuantity: 5, skus: skus.map((skuId) => ({ skuId, priceCny })),
    }]), { observedAt: day(number) });
    await at(1, '35.00', ['a', 'b']);
    await at(2, '35.00', ['a', 'b']);
    await at(3, '31.50', ['a', 'c']);
    await at(5, '29.00', ['a', 'c']);

    const { points } = await productHistory(db, offerId, { field: 'price', skuId: 'a' });
    const [early, before, between] = await Promise.all([new Date(2025, 0, 1), day(2), day(4)].map((date) => productsAsOf(db, date).find(offerId)));

    expect(points).toEqual([[1, '35.00'], [3, '31.50'], [5, '29.00']].map(([number, value]) => ({ observedAt: day(Number(number)), skuId: 'a', field: 'price', value })));
    expect(early).toBeNull();
    expect(before).toMatchObject({ priceMinCny: '35.00', stockQuantity: 5, skus: [{ skuId: 'a', priceCny: '35.00' }, { skuId: 'b', priceCny: '35.00' }] });
    expect(between).toMatchObject({ priceMinCny: '31.50', skus: [{ skuId: 'a', priceCny: '31.50' }, { skuId: 'c', priceCny: '31.50' }] });
    expect((await productHistory(db, offerId, { field: 'stock' })).points).toHaveLength(1);
  });

  test('an older observation does not overwrite a newer one', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await importProducts(db, recordsOf([{ offerId: '1', title: '新', priceMinCny: '2.00' }]), { observedAt: new Date('2026-02-01') });

    const result = await importProducts(db, recordsOf([{ offerId: '1', title: '旧', priceMinCny: '1.00', stockQuantity: 7 }]), { observedAt: new Date('2026-01-01') });

    expect(result).toMatchObject({ updated: 1 }); // the stock, which nobody had told before
    expect(await products(db).find('1')).toMatchObject({ title: '新', priceMinCny: '2.00', stockQuantity: 7 });
  });

  test('one supplier is known under several keys', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const supplier = { sourceId: 'b2b-1', name: '云裳', aliases: [{ kind: 'memberId' as const, value: 'b2b-1' }, { kind: 'loginId' as const, value: '云裳服饰' }] };
    await importProducts(db, recordsOf([{ offerId: '1', supplier }]));

    const result = await importProducts(db, recordsOf([{ offerId: '2', supplier: { sourceId: '云裳服饰', city: '杭州', aliases: [{ kind: 'loginId', value: '云裳服饰' }] } }]));

    expect(result.suppliers).toBe(0);
    expect(await valueOf(db, 'select count(*)::integer from sync1688.suppliers')).toBe(1);
    expect(await collected(exportRecords(db, 'suppliers', { portable: true }))).toMatchObject([{ sourceId: 'b2b-1', name: '云裳', city: '杭州' }]);
    expect((await products(db).find('2'))?.supplier).toMatchObject({ sourceId: 'b2b-1' });
  });

  test('a dry run counts and writes nothing', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await importProducts(db, recordsOf(numberedProducts(10)));

    const result = await importProducts(db, recordsOf([...numberedProducts(15, { priceCny: '9.00' }), ...numberedProducts(15)]), { dryRun: true, batchSize: 10 });

    expect(result).toMatchObject({ read: 30, created: 5, updated: 10, unchanged: 0, duplicates: 15 });
    expect(await valueOf(db, 'select count(*)::integer from sync1688.products')).toBe(10);
    expect(await valueOf(db, 'select count(*)::integer from sync1688.sync_records')).toBe(1);
  });

  test('folding the feed over an export gives the export of today', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await importProducts(db, recordsOf([...numberedProducts(20)]));
    const before = await exportedProducts(db);
    const seq = BigInt(await valueOf(db, 'select max(seq) from sync1688.changes'));
    const [first, second, ...others] = numberedProducts(20, { priceCny: '29.00' });
    await importProducts(db, recordsOf(others));
    await importProducts(db, recordsOf([
      { ...first, offerId: String(first?.offerId), title: '换了标题', skus: [{ skuId: 'new', priceCny: '3.00' }], images: null, supplier: { sourceId: 'b2b-new' } },
      { ...second, offerId: String(second?.offerId), priceTiers: null, attributes: null, supplier: null },
    ]));

    for await (const change of changesSince(db, seq)) if (change.entity === 'product') fold(before.get(change.sourceId) ?? {}, change.fields);

    expect(before).toEqual(await exportedProducts(db));
  });

  test('what a source yields before it fails is stored, and the run says that it failed', async () => {
    await using database = await testDatabase();
    async function* broken() {
      yield* recordsOf(numberedProducts(7));
      throw new SyncError('SOURCE_UNREADABLE', 'The file ends in the middle.');
    }

    await expect(importProducts(database.db, broken(), { batchSize: 5 })).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });

    expect(await valueOf(database.db, 'select count(*)::integer from sync1688.products')).toBe(7);
    expect(await valueOf(database.db, 'select status from sync1688.sync_records')).toBe('failed');
  });

  test('a run whose source hangs can be cancelled', async () => {
    await using database = await testDatabase();
    async function* hanging() {
      yield* recordsOf(numberedProducts(2));
      await new Promise(() => {});
    }

    const abort = new AbortController();
    const run = importProducts(database.db, hanging(), { batchSize: 1, signal: abort.signal, onProgress: ({ done }) => done === 2 && abort.abort() });

    await expect(run).rejects.toMatchObject({ code: 'ABORTED', retryable: true });
    expect(await valueOf(database.db, 'select status from sync1688.sync_records')).toBe('cancelled');
    expect(await valueOf(database.db, 'select count(*)::integer from sync1688.products')).toBe(2);
  });

  test('a cancelled run can be resumed where it stopped', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const abort = new AbortController();
    const onProgress = ({ done }: { done: number }) => done >= 40 && abort.abort();
    await expect(importProducts(db, recordsOf(numberedProducts(100)), { batchSize: 20, signal: abort.signal, onProgress })).rejects.toMatchObject({ code: 'ABORTED' });
    const cancelled = await valueOf(db, 'select status from sync1688.sync_records');

    const result = await importProducts(db, recordsOf([...numberedProducts(100), ...numberedProducts(3)]), { batchSize: 20, resume: true });

    expect(cancelled).toBe('cancelled');
    expect(result).toMatchObject({ read: 103, created: 100, duplicates: 3 });
    expect(await valueOf(db, 'select count(*)::integer from sync1688.sync_records')).toBe(1);
  });
});
