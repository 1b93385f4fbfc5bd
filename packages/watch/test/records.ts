import type { Outcome, Product, ProductRecord, RejectedRecord } from '@1688/core';
import { importProducts, type ImportOptions, type ImportResult } from '@1688/catalog';
import type { Database } from '@1688/db';

export interface Told extends Partial<Product> { readonly offerId: string }

export async function* recordsOf(products: Iterable<Told>, failAfter = Infinity): AsyncGenerator<Outcome<ProductRecord, RejectedRecord>> {
  let record = 0;
  for (const told of products) {
    if (record >= failAfter) throw new Error('a login page instead of data');
    record += 1;
    const product = { title: '夏季新款雪纺连衣裙', ...told };
    yield { ok: true, value: { product, kind: 'detail', profile: 'test', mapperVersion: 1, observedAt: null, document: JSON.stringify(product), position: { line: record, record, pointer: '' } } };
  }
}

/** One import; `failAfter` records the source breaks. */
export function told(db: Database, day: number, products: Iterable<Told>, { failAfter, ...options }: ImportOptions & { readonly failAfter?: number } = {}): Promise<ImportResult> {
  return importProducts(db, recordsOf(products, failAfter), { observedAt: new Date(Date.UTC(2026, 0, 1, day)), ...options });
}
