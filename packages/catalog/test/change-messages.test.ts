import type { Outcome, ProductRecord, ProductUpdate, RejectedRecord } from '@1688/core';
import { importProducts } from '@1688/catalog';
import { products, syncRejects, type Database, type SyncReject } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';

const offerId = '610947572360';
const day = (number: number): Date => new Date(Date.UTC(2026, 0, number));

interface Told {
  readonly kind: 'detail' | 'message';
  readonly product: ProductUpdate;
  readonly observedAt: Date;
}

async function* records(told: readonly Told[]): AsyncGenerator<Outcome<ProductRecord, RejectedRecord>> {
  for (const [index, each] of told.entries()) {
    yield { ok: true, value: { ...each, profile: 'test', mapperVersion: 1, document: JSON.stringify([index, each]), position: { line: index + 1, record: index + 1, pointer: '' } } };
  }
}

const detail = (number: number): Told => ({ kind: 'detail', observedAt: day(number), product: { offerId, title: '夏季雪纺连衣裙', sourceStatus: 'published', skus: [{ skuId: '5001', stockQuantity: 9 }] } });
const expired = (number: number): Told => ({ kind: 'message', observedAt: day(number), product: { offerId, sourceStatus: 'expired' } });

async function statusAfter(db: Database, ...told: readonly Told[]): Promise<string | null | undefined> {
  for (const each of told) await importProducts(db, records([each]));
  return (await products(db).find(offerId))?.sourceStatus;
}

test('a message that comes again after a document said otherwise counts again, and a document that did not change does after a message', async () => {
  await using database = await testDatabase();

  expect(await statusAfter(database.db, detail(1), expired(2))).toBe('expired');
  expect(await statusAfter(database.db, detail(3))).toBe('published');
  expect(await statusAfter(database.db, expired(4))).toBe('expired');
  expect(await statusAfter(database.db, expired(4), detail(3))).toBe('expired');
});

test('a stock message changes its SKU, leaves texts to documents, and two of the same second both count', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const stock = (stockQuantity: number, soldQuantity: number): Told => ({ kind: 'message', observedAt: day(5), product: { offerId, skus: [{ skuId: '5001', stockQuantity }], soldQuantity } });
  await importProducts(db, records([detail(1)]));

  await importProducts(db, records([stock(4, 1), { kind: 'message', observedAt: day(5), product: { offerId, minOrderQuantity: 3 } }]));
  await importProducts(db, records([{ ...detail(4), product: { ...detail(4).product, title: '夏季雪纺连衣裙 新款' } }]));
  const product = await products(db).find(offerId);

  expect(product).toMatchObject({ title: '夏季雪纺连衣裙 新款', minOrderQuantity: 3 });
  expect(product?.skus?.[0]?.stockQuantity).toBe(4);
});

test('a message about an offer that nobody told of is a reject that says so, and its neighbours land', async () => {
  await using database = await testDatabase();
  const { db } = database;

  const result = await importProducts(db, records([expired(1), { ...detail(1), product: { offerId: '2', title: '保温杯' } }]));
  const rejects: SyncReject[] = [];
  for await (const reject of syncRejects(db).list({ syncRecordId: result.syncRecord.id })) rejects.push(reject);

  expect(result).toMatchObject({ read: 2, created: 1, rejected: 1, duplicates: 0 });
  expect(rejects).toMatchObject([{ code: 'FIELD_MISSING', message: expect.stringContaining(offerId) as string }]);
});
