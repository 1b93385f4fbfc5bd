import type { Outcome, Product, ProductRecord, RejectedRecord } from '@1688/core';
import { exportRecords, type ExportEntity } from '@1688/catalog';
import type { Database } from '@1688/db';

/** Records as a reader of files yields them, one for each product. */
export async function* recordsOf(products: Iterable<Partial<Product> & { offerId: string }>, fields: Partial<ProductRecord> = {}): AsyncGenerator<Outcome<ProductRecord, RejectedRecord>> {
  let record = 0;
  for (const told of products) {
    record += 1;
    const product = { title: '夏季新款雪纺连衣裙', ...told };
    yield {
      ok: true,
      value: {
        product, kind: 'detail', profile: 'test', mapperVersion: 1, observedAt: null, document: JSON.stringify(product),
        position: { line: record, record, pointer: '' }, ...fields,
      },
    };
  }
}

/** The same products in every process: prices, SKUs and pictures follow from the number; a tenth of them shares suppliers. */
export function* numberedProducts(count: number, { from = 0, priceCny = '31.50' } = {}): Generator<Product> {
  for (let number = from; number < from + count; number += 1) {
    const offerId = String(610_947_000_000 + number);
    yield {
      offerId,
      title: `夏季新款雪纺连衣裙女中长款 ${number}`,
      categoryId: String(1_031_910 + (number % 7)),
      attributes: [{ name: '面料名称', value: number % 2 ? '雪纺' : '棉' }],
      priceMinCny: priceCny,
      priceMaxCny: '35.00',
      priceTiers: [{ minQuantity: 2, priceCny: '35.00' }, { minQuantity: 100, priceCny }],
      minOrderQuantity: 2,
      stockQuantity: number,
      sourceStatus: 'published',
      supplier: { sourceId: `b2b-${number % 50}`, name: `杭州云裳服饰 ${number % 50}`, aliases: [{ kind: 'memberId', value: `b2b-${number % 50}` }] },
      skus: [{ skuId: `${offerId}1`, priceCny: '35.00', stockQuantity: number }, { skuId: `${offerId}2`, priceCny: '35.00', stockQuantity: 0 }],
      images: [{ url: `https://cbu01.alicdn.com/img/ibank/O1CN01${offerId}_!!2208000001-0-cib.jpg`, role: 'main' }],
    };
  }
}

/** What a store holds, as text that is equal for equal stores. */
export async function fingerprint(db: Database): Promise<string> {
  const entities: ExportEntity[] = ['products', 'suppliers', 'images', 'history'];
  const lines: string[] = [];
  for (const entity of entities) {
    for await (const record of exportRecords(db, entity, { sorted: true, portable: true })) lines.push(JSON.stringify(record));
  }
  return lines.join('\n');
}

/** The single value of a query. */
export async function valueOf<Value = string>(db: Database, sql: string): Promise<Value> {
  const { rows } = await db.knex.raw<{ rows: Record<string, Value>[] }>(sql);
  return Object.values(rows[0] ?? {})[0] as Value;
}

export async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
