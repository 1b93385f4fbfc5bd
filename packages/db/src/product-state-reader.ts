import type { ImageRole, PriceTier } from '@1688/core';
import { fieldsOfRow } from './columns.ts';
import { productColumns, skuColumns } from './model-columns.ts';
import { toPriceTier } from './price-tiers.ts';
import type { ProductImageState, ProductState, SkuState } from './product-state.ts';
import { quoteName } from './quote-name.ts';
import type { PriceTierRow } from './rows.ts';

type Row = Readonly<Record<string, unknown>>;

/** Completes rows of `products` with SKUs, tiers and pictures: three queries however many rows there are. */
export async function productStates(client: Queries, schema: string, rows: readonly Row[]): Promise<ProductState[]> {
  if (rows.length === 0) return [];
  const s = quoteName(schema);
  const ids = [rows.map((row) => row['id'])];
  const skus = await client.query(`select * from ${s}.skus where product_id = any($1) order by product_id, position, id`, ids);
  const tiers = await client.query(`select product_id, sku_id, min_quantity, price from ${s}.price_tiers where product_id = any($1) order by min_quantity`, ids);
  const images = await client.query(
    `select id, product_id, role, position, url, canonical_url, deleted_at from ${s}.product_images where product_id = any($1) order by product_id, position, id`, ids);
  const tiersOf = grouped(tiers.rows, (row) => `${String(row['product_id'])}/${String(row['sku_id'])}`, (row) => toPriceTier(row as unknown as PriceTierRow));
  const skusOf = grouped(skus.rows, (row) => String(row['product_id']), (row) => toSku(row, tiersOf));
  const imagesOf = grouped(images.rows, (row) => String(row['product_id']), toImage);
  return rows.map((row) => {
    const id = String(row['id']);
    return { ...toState(row), tiers: tiersOf.get(`${id}/null`) ?? [], skus: skusOf.get(id) ?? [], images: imagesOf.get(id) ?? [] };
  });
}

/** The least that a pool, a transaction and a client have in common. */
export interface Queries {
  query(text: string, values: unknown[]): Promise<{ rows: Row[] }>;
}

function grouped<Value>(rows: readonly Row[], keyOf: (row: Row) => string, map: (row: Row) => Value): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(map(row));
    else groups.set(key, [map(row)]);
  }
  return groups;
}

function toState(row: Row): ProductState {
  const time = (column: string): Date | null => row[column] as Date | null;
  const kind = (name: string): { hash: Buffer | null; observedAt: Date | null } => ({ hash: row[`${name}_hash`] as Buffer | null, observedAt: time(`${name}_observed_at`) });
  return {
    id: String(row['id']),
    offerId: String(row['source_id']),
    supplierId: row['supplier_id'] as string | null,
    fields: fieldsOfRow(productColumns, row),
    tiers: [],
    skus: [],
    images: [],
    observed: {
      content: time('content_observed_at'), price: time('price_observed_at'), stock: time('stock_observed_at'), images: time('images_observed_at'),
    },
    kinds: { list: kind('list'), detail: kind('detail'), message: kind('message') },
    firstObservedAt: time('first_observed_at'),
  };
}

function toSku(row: Row, tiersOf: ReadonlyMap<string, PriceTier[]>): SkuState {
  const id = String(row['id']);
  return {
    id,
    skuId: String(row['source_id']),
    position: Number(row['position']),
    fields: fieldsOfRow(skuColumns, row),
    tiers: tiersOf.get(`${String(row['product_id'])}/${id}`) ?? [],
    deleted: row['deleted_at'] !== null,
  };
}

function toImage(row: Row): ProductImageState {
  return {
    id: String(row['id']),
    role: row['role'] as ImageRole,
    position: Number(row['position']),
    url: String(row['url']),
    canonicalUrl: String(row['canonical_url']),
    deleted: row['deleted_at'] !== null,
  };
}
