import type { ImageRole, PriceTier } from '@1688/core';
import { quoteName } from '@1688/db';
import type pg from 'pg';
import { fieldsOfRow, normalValue, productColumns, skuColumns } from './column.ts';
import type { ImageState, ProductState, SkuState } from './product-state.ts';

type Row = Readonly<Record<string, unknown>>;

/** How a product is stored, for whoever compares many: by our ids, locked against other writers, in the order of source ids. */
export async function lockProducts(client: pg.ClientBase, schema: string, offerIds: readonly string[]): Promise<Map<string, ProductState>> {
  if (offerIds.length === 0) return new Map();
  const s = quoteName(schema);
  const { rows } = await client.query<Row>(
    `select * from ${s}.products where source_id = any($1) order by source_id collate "C" for no key update`, [offerIds]);
  const states = await productStates(client, schema, rows);
  return new Map(states.map((state) => [state.offerId, state]));
}

/** Completes rows of `products` with SKUs, tiers and pictures: three queries however many rows there are. */
export async function productStates(client: Queries, schema: string, rows: readonly Row[]): Promise<ProductState[]> {
  if (rows.length === 0) return [];
  const s = quoteName(schema);
  const ids = [rows.map((row) => row['id'])];
  const skus = await client.query(`select * from ${s}.skus where product_id = any($1) order by product_id, position, id`, ids);
  const tiers = await client.query(`select product_id, sku_id, min_quantity, price from ${s}.price_tiers where product_id = any($1) order by min_quantity`, ids);
  const images = await client.query(
    `select id, product_id, role, position, url, canonical_url, deleted_at from ${s}.product_images where product_id = any($1) order by product_id, position, id`, ids);
  const tiersOf = grouped(tiers.rows, (row) => `${String(row['product_id'])}/${String(row['sku_id'])}`, toTier);
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

function toTier(row: Row): PriceTier {
  return { minQuantity: Number(row['min_quantity']), priceCny: normalValue('money', row['price']) as string };
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

function toImage(row: Row): ImageState {
  return {
    id: String(row['id']),
    role: row['role'] as ImageRole,
    position: Number(row['position']),
    url: String(row['url']),
    canonicalUrl: String(row['canonical_url']),
    deleted: row['deleted_at'] !== null,
  };
}
